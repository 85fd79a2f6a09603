// SPDX-License-Identifier: Apache-2.0
#include "core/domain_name.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>

namespace easydkim {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// What an octet becomes in a host name: itself, in lower case; 0 where it has no place.
constexpr std::array<char, 256> in_host_names = [] {
  std::array<char, 256> table{};
  for (char c = 'a'; c <= 'z'; ++c)
    table[static_cast<std::size_t>(c)] = table[static_cast<std::size_t>(c - 32)] = c;
  for (char c = '0'; c <= '9'; ++c) table[static_cast<std::size_t>(c)] = c;
  table['-'] = '-';
  return table;
}();

/// Top-level names that owners cannot publish in: RFC 6761, 6762, 7686 and arpa. Not `test` and `example`:
/// a private DNS may serve them, and demonstrations live there.
constexpr std::array<std::string_view, 5> special_use{"localhost", "local", "arpa", "onion", "invalid"};

/// Puts the label into lower case, unless it is at fault.
std::optional<errc> fault_of_label(std::span<char> label) {
  if (label.empty()) return errc::domain_empty_label;
  for (char& each : label) {
    const char lower = in_host_names[static_cast<std::uint8_t>(each)];
    if (lower == 0) return errc::domain_bad_character;
    each = lower;
  }
  if (label.size() > 63) return errc::domain_label_too_long;
  if (label.front() == '-' || label.back() == '-') return errc::domain_bad_hyphen;
  return std::nullopt;
}

/// What an all-numeric last label tells: "192.0.2.1" or a part of it. No top-level domain is one (RFC 3696
/// section 2).
bool looks_like_ipv4(std::string_view last_label) {
  return std::ranges::all_of(last_label, is_digit);
}

bool looks_like_ipv6(std::string_view name) {
  return std::ranges::count(name, ':') >= 2 &&
         name.find_first_not_of("0123456789abcdefABCDEF:.[]%") == name.npos;
}

}  // namespace

result<domain_name> domain_name::parse(std::string_view given) {
  if (given.ends_with('.')) given.remove_suffix(1);
  if (given.empty()) return errc::domain_empty;

  std::string name{given};
  std::size_t begin = 0;  // of a label; in the end, of the last
  for (;;) {
    const std::size_t end = std::min(name.find('.', begin), name.size());
    if (const auto fault = fault_of_label(std::span{name}.subspan(begin, end - begin)))
      return looks_like_ipv6(given) ? errc::domain_ip_address : *fault;
    if (end == name.size()) break;
    begin = end + 1;
  }
  const std::string_view last_label = std::string_view{name}.substr(begin);
  if (looks_like_ipv4(last_label)) return errc::domain_ip_address;
  if (begin == 0) return errc::domain_single_label;
  if (name.size() > max_length) return errc::domain_too_long;
  if (std::ranges::find(special_use, last_label) != special_use.end()) return errc::domain_special_use;
  return domain_name{std::move(name)};
}

bool domain_name::is_in(std::string_view suffix) const noexcept {
  if (!std::string_view{text_}.ends_with(suffix)) return false;
  return text_.size() == suffix.size() || text_[text_.size() - suffix.size() - 1] == '.';
}

}  // namespace easydkim
