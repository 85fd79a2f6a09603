// SPDX-License-Identifier: Apache-2.0
#include "client/formats/octodns_text.hpp"

#include <algorithm>
#include <ostream>
#include <string_view>
#include <tuple>

#include "client/connection/json_members.hpp"

namespace easydkim {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// A text, and the number behind it by its length and digits.
using name_part = std::tuple<std::string, std::size_t, std::string>;

std::vector<name_part> natural_order(std::string_view name) {
  std::vector<name_part> parts;
  while (!name.empty()) {
    const std::string_view text =
        name.substr(0, std::size_t(std::ranges::find_if(name, is_digit) - name.begin()));
    name.remove_prefix(text.size());
    const std::string_view digits =
        name.substr(0, std::size_t(std::ranges::find_if_not(name, is_digit) - name.begin()));
    name.remove_prefix(digits.size());
    const std::string_view number = digits.substr(std::min(digits.find_first_not_of('0'), digits.size()));
    parts.emplace_back(text, number.size(), number);
  }
  return parts;
}

/// A scalar as it is when it can be nothing but a text, else in quotes, as in JSON, which is YAML too.
std::string scalar(std::string_view text) {
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || is_digit(c) || c == '.' || c == '-' || c == '_';
  };
  const bool begins_as_text =
      !text.empty() && ((text.front() >= 'a' && text.front() <= 'z') || text.front() == '_');
  if (begins_as_text && text.find('.') != text.npos && std::ranges::all_of(text, is_plain))
    return std::string{text};
  return one_line(json::value(text));
}

/// In a text, octoDNS takes a semicolon only behind a backslash.
std::string value_text(const dns_record& record) {
  if (record.type != "TXT") return absolute_value(record);
  std::string escaped;
  for (const char c : record.value) escaped += c == ';' ? std::string{"\\;"} : std::string{c};
  return escaped;
}

}  // namespace

void print_octodns(console& where, const record_sheet& sheet) {
  for (const auto& group : by_origin(sheet)) {
    std::vector<placed_record> sorted{group.begin(), group.end()};
    std::ranges::sort(sorted, {}, [](const placed_record& each) { return natural_order(each.host); });
    where.out << "---\n";
    for (const placed_record& each : sorted)
      where.out << scalar(each.host == "@" ? "" : each.host) << ":\n  ttl: " << record_ttl
                << "\n  type: " << one_line(json::value(each.record.type))
                << "\n  value: " << scalar(value_text(each.record)) << '\n';
  }
}

}  // namespace easydkim
