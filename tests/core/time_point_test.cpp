// SPDX-License-Identifier: Apache-2.0
#include "core/time_point.hpp"

#include <gtest/gtest.h>

namespace easydkim {
namespace {

using namespace std::chrono_literals;

constexpr time_point moment = std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} + 7h + 51min + 11s;

TEST(to_rfc3339, shows_whole_seconds_in_utc) {
  EXPECT_EQ(to_rfc3339(moment), "2026-11-23T07:51:11Z");
}

TEST(to_rfc3339, rounds_down) {
  EXPECT_EQ(to_rfc3339(moment + 999ms), "2026-11-23T07:51:11Z");
  EXPECT_EQ(to_rfc3339(moment - 1ms), "2026-11-23T07:51:10Z");
  EXPECT_EQ(to_rfc3339(time_point{-1ms}), "1969-12-31T23:59:59Z");
}

TEST(to_rfc3339, knows_the_calendar) {
  EXPECT_EQ(to_rfc3339(time_point{}), "1970-01-01T00:00:00Z");
  EXPECT_EQ(to_rfc3339(std::chrono::sys_days{std::chrono::year{2028} / 2 / 29} + 23h + 59min + 59s),
            "2028-02-29T23:59:59Z");
}

TEST(to_words, uses_the_unit_that_a_person_would) {
  EXPECT_EQ(to_words(0s), "0 seconds");
  EXPECT_EQ(to_words(1s), "1 second");
  EXPECT_EQ(to_words(40s), "40 seconds");
  EXPECT_EQ(to_words(119s), "119 seconds");
  EXPECT_EQ(to_words(5min), "5 minutes");
  EXPECT_EQ(to_words(2h), "2 hours");
  EXPECT_EQ(to_words(47h), "47 hours");
  EXPECT_EQ(to_words(48h), "2 days");
  EXPECT_EQ(to_words(72h), "3 days");
}

}  // namespace
}  // namespace easydkim
