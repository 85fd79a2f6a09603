// SPDX-License-Identifier: Apache-2.0
#include "daemon/ses_api/signature/signing_time.hpp"

#include <algorithm>
#include <array>

namespace easydkim {
namespace {

constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/// `count` digits of `text` from `at`; -1 when one is something else. Precondition: they lie within `text`.
int number(std::string_view text, std::size_t at, std::size_t count) {
  int value = 0;
  for (const char c : text.substr(at, count)) {
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  return value;
}

}  // namespace

std::optional<signing_time> signing_time_from_iso8601(std::string_view text) {
  if (text.size() != 16 || text[8] != 'T' || text[15] != 'Z') return std::nullopt;
  const int year = number(text, 0, 4), month = number(text, 4, 2), day = number(text, 6, 2);
  const int hour = number(text, 9, 2), minute = number(text, 11, 2), second = number(text, 13, 2);
  if (year < 0 || month < 0 || day < 0 || hour < 0 || minute < 0 || second < 0) return std::nullopt;
  if (hour > 23 || minute > 59 || second > 59) return std::nullopt;

  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok()) return std::nullopt;
  const time_point at = std::chrono::sys_days{date} + std::chrono::hours{hour} +
                        std::chrono::minutes{minute} + std::chrono::seconds{second};
  return signing_time{std::string{text}, at};
}

std::optional<signing_time> signing_time_from_http_date(std::string_view text) {
  constexpr std::string_view form = "Sun, 06 Nov 1994 08:49:37 ";
  if (text.size() <= form.size()) return signing_time_from_iso8601(text);
  const std::string_view zone = text.substr(form.size());
  if (zone != "GMT" && zone != "+0000" && zone != "-0000") return std::nullopt;
  for (const std::size_t at : {3U, 4U, 7U, 11U, 16U, 19U, 22U, 25U})
    if (text[at] != form[at]) return std::nullopt;
  const auto month = std::ranges::find(months, text.substr(8, 3));
  if (month == months.end()) return std::nullopt;

  // The rest of the check is that of the other form, digit by digit.
  const auto ordinal = std::to_string(101 + (month - months.begin())).substr(1);
  std::string basic{text.substr(12, 4)};
  basic.append(ordinal).append(text.substr(5, 2)).append("T");
  basic.append(text.substr(17, 2)).append(text.substr(20, 2)).append(text.substr(23, 2)).append("Z");
  return signing_time_from_iso8601(basic);
}

}  // namespace easydkim
