#include "core/domain_name.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace easydkim {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || is_digit(c) || c == '-';
}

/// Top-level names that owners cannot publish in: RFC 6761, 6762, 7686 and arpa. Not `test` and `example`:
/// a private DNS may serve them, and demonstrations live there.
constexpr std::array<std::string_view, 5> special_use{"localhost", "local", "arpa", "onion", "invalid"};

std::optional<errc> fault_of_label(std::string_view label) {
  if (label.empty()) return errc::domain_empty_label;
  if (!std::ranges::all_of(label, is_host_character)) return errc::domain_bad_character;
  if (label.size() > 63) return errc::domain_label_too_long;
  if (label.front() == '-' || label.back() == '-') return errc::domain_bad_hyphen;
  return std::nullopt;
}

/// An all-numeric last label: "192.0.2.1" or a part of it. No top-level domain is one (RFC 3696 section 2).
bool looks_like_ipv4(std::string_view name) {
  return std::ranges::all_of(name.substr(name.rfind('.') + 1), is_digit);
}

bool looks_like_ipv6(std::string_view name) {
  return std::ranges::count(name, ':') >= 2 && name.find_first_not_of("0123456789abcdef:.[]%") == name.npos;
}

}  // namespace

result<domain_name> domain_name::parse(std::string_view given) {
  if (given.ends_with('.')) given.remove_suffix(1);
  if (given.empty()) return errc::domain_empty;

  std::string name{given};
  std::ranges::transform(name, name.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  if (looks_like_ipv6(name)) return errc::domain_ip_address;

  for (std::size_t begin = 0; begin <= name.size();) {
    const std::size_t end = std::min(name.find('.', begin), name.size());
    if (const auto fault = fault_of_label(std::string_view{name}.substr(begin, end - begin))) return *fault;
    begin = end + 1;
  }
  if (name.find('.') == name.npos)
    return is_digit(name.back()) && looks_like_ipv4(name) ? errc::domain_ip_address
                                                          : errc::domain_single_label;
  if (looks_like_ipv4(name)) return errc::domain_ip_address;
  if (name.size() > max_length) return errc::domain_too_long;

  domain_name parsed{std::move(name)};
  if (std::ranges::any_of(special_use, [&](std::string_view zone) { return parsed.is_in(zone); }))
    return errc::domain_special_use;
  return parsed;
}

bool domain_name::is_in(std::string_view suffix) const noexcept {
  if (!std::string_view{text_}.ends_with(suffix)) return false;
  return text_.size() == suffix.size() || text_[text_.size() - suffix.size() - 1] == '.';
}

}  // namespace easydkim
