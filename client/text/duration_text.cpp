// SPDX-License-Identifier: Apache-2.0
#include "client/text/duration_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

namespace easydkim {
namespace {

struct unit {
  std::string_view word;
  std::int64_t milliseconds;
};
constexpr std::array units{unit{"ms", 1}, unit{"s", 1000}, unit{"m", 60'000}, unit{"h", 3'600'000},
                           unit{"d", 86'400'000}};

/// A hundred years; longer ones are typing errors, and would overflow.
constexpr std::int64_t longest = std::int64_t{876'600} * 3'600'000;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// The digits of `text` from `at` as a number. Precondition: they are digits, and few.
unsigned digits(std::string_view text, std::size_t at, std::size_t count) {
  unsigned value = 0;
  std::from_chars(text.data() + at, text.data() + at + count, value);
  return value;
}

}  // namespace

std::optional<duration> parse_duration(std::string_view text) noexcept {
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc{} || text.front() == '-') return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  const auto found = std::ranges::find(units, text, &unit::word);
  if (found == units.end() || count > longest / found->milliseconds) return std::nullopt;
  return duration{count * found->milliseconds};
}

std::optional<time_point> parse_rfc3339(std::string_view text) noexcept {
  constexpr std::string_view form = "dddd-dd-ddTdd:dd:dd";
  if (text.size() < form.size() + 1 || text.back() != 'Z') return std::nullopt;
  for (std::size_t i = 0; i < form.size(); ++i)
    if (form[i] == 'd' ? !is_digit(text[i]) : text[i] != form[i]) return std::nullopt;

  std::string_view fraction = text.substr(form.size(), text.size() - form.size() - 1);
  duration part{0};
  if (!fraction.empty()) {
    if (fraction.front() != '.' || fraction.size() < 2 || fraction.size() > 10) return std::nullopt;
    fraction.remove_prefix(1);
    if (!std::ranges::all_of(fraction, is_digit)) return std::nullopt;
    for (std::size_t i = 0, worth = 100; i < fraction.size() && worth > 0; ++i, worth /= 10)
      part += duration{static_cast<duration::rep>((fraction[i] - '0') * static_cast<int>(worth))};
  }

  using namespace std::chrono;
  const year_month_day date{year{static_cast<int>(digits(text, 0, 4))}, month{digits(text, 5, 2)},
                            day{digits(text, 8, 2)}};
  const unsigned hour = digits(text, 11, 2), minute = digits(text, 14, 2), second = digits(text, 17, 2);
  if (!date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  return sys_days{date} + hours{hour} + minutes{minute} + seconds{second} + part;
}

}  // namespace easydkim
