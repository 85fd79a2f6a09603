// SPDX-License-Identifier: Apache-2.0
#include "core/time_point.hpp"

#include <array>
#include <cstdio>

namespace easydkim {

std::size_t to_rfc3339(time_point when, std::span<char> to) noexcept {
  const auto day = std::chrono::floor<std::chrono::days>(when);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{std::chrono::floor<std::chrono::seconds>(when - day)};
  const int length =
      std::snprintf(to.data(), to.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
                    static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                    static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                    static_cast<int>(clock.seconds().count()));
  return static_cast<std::size_t>(length);
}

std::string to_rfc3339(time_point when) {
  std::array<char, longest_rfc3339> text{};
  return {text.data(), to_rfc3339(when, text)};
}

std::string to_words(duration span) {
  using namespace std::chrono_literals;
  const auto counted = [](long long count, const char* unit) {
    return std::to_string(count) + " " + unit + (count == 1 ? "" : "s");
  };
  if (span < 2min) return counted(std::chrono::round<std::chrono::seconds>(span).count(), "second");
  if (span < 2h) return counted(std::chrono::round<std::chrono::minutes>(span).count(), "minute");
  if (span < 48h) return counted(std::chrono::round<std::chrono::hours>(span).count(), "hour");
  return counted(std::chrono::round<std::chrono::days>(span).count(), "day");
}

}  // namespace easydkim
