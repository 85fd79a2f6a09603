// SPDX-License-Identifier: Apache-2.0
#include "daemon/config/config_value.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

namespace easydkim {
namespace {

std::string list_text(const std::vector<std::string>& from) {
  std::string list;
  for (const std::string& each : from) list += (list.empty() ? "" : ", ") + in_quotes(each);
  return '[' + list + ']';
}

}  // namespace

bool part_of_one::set(double& to, const config_value& value) {
  double given = 0;
  if (const auto* real = std::get_if<double>(&value)) given = *real;
  if (const auto* whole = std::get_if<std::int64_t>(&value)) given = static_cast<double>(*whole);
  if (!(given > 0 && given <= 1)) return false;  // also refuses nan
  to = given;
  return true;
}

std::string part_of_one::text(double from) {
  std::array<char, 32> shortest{};
  const auto [end, fault] = std::to_chars(shortest.data(), shortest.data() + shortest.size(), from);
  return {shortest.data(), end};
}

bool permission_bits::set(std::uint32_t& to, const config_value& value) {
  const std::string_view given = text_of(value);
  std::uint32_t bits = 0;
  const auto [end, fault] = std::from_chars(given.data(), given.data() + given.size(), bits, 8);
  if (fault != std::errc{} || end != given.data() + given.size()) return false;
  if (given.size() < 3 || given.size() > 4 || bits > 0777) return false;
  to = bits;
  return true;
}

std::string permission_bits::text(std::uint32_t from) {
  std::array<char, 16> digits{};
  const int length = std::snprintf(digits.data(), digits.size(), "\"%04o\"", from);
  return {digits.data(), static_cast<std::size_t>(length)};
}

bool domain_text::set(std::string& to, const config_value& value) {
  const auto name = domain_name::parse(text_of(value));
  if (!name) return false;
  to = name->text();
  return true;
}

bool label_text::set(std::string& to, const config_value& value) {
  std::string label{text_of(value)};
  std::ranges::transform(label, label.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  if (label.empty() || label.size() > most) return false;
  if (label.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-") != label.npos) return false;
  to = std::move(label);
  return true;
}

bool region_name::set(std::string& to, const config_value& value) {
  const auto* given = std::get_if<std::string>(&value);
  if (given == nullptr || given->size() > 32) return false;
  if (given->find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") != given->npos) return false;
  to = *given;
  return true;
}

bool listen_address::set(std::optional<server_address>& to, const config_value& value) {
  const auto* given = std::get_if<std::string>(&value);
  if (given == nullptr) return false;
  if (given->empty()) {
    to.reset();
    return true;
  }
  // server_address takes an address without a port, too, for port 53.
  const bool has_port =
      given->starts_with('[') ? given->find("]:") != given->npos : std::ranges::count(*given, ':') == 1;
  const auto address = has_port ? server_address::parse(*given) : std::nullopt;
  if (address) to = *address;
  return address.has_value();
}

bool server_list::set(std::vector<server_address>& to, const config_value& value) {
  constexpr std::size_t most = 16;
  const auto* given = std::get_if<std::vector<std::string>>(&value);
  if (given == nullptr || given->size() > most) return false;
  std::vector<server_address> servers;
  for (const std::string& each : *given)
    if (const auto address = server_address::parse(each);
        address && std::ranges::find(servers, *address) == servers.end())
      servers.push_back(*address);
  if (servers.size() != given->size()) return false;
  to = std::move(servers);
  return true;
}

std::string server_list::text(const std::vector<server_address>& from) {
  std::vector<std::string> texts;
  for (const server_address& each : from) texts.push_back(each.to_string());
  return list_text(texts);
}

bool domain_list::set(std::vector<std::string>& to, const config_value& value) {
  constexpr std::size_t most = 64;
  const auto* given = std::get_if<std::vector<std::string>>(&value);
  if (given == nullptr || given->size() > most) return false;
  std::vector<std::string> domains;
  for (const std::string& each : *given)
    if (const auto name = domain_name::parse(each)) domains.push_back(name->text());
  if (domains.size() != given->size()) return false;
  to = std::move(domains);
  return true;
}

std::string domain_list::text(const std::vector<std::string>& from) {
  return list_text(from);
}

}  // namespace easydkim
