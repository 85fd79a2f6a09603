// SPDX-License-Identifier: Apache-2.0
// The clock while nobody sets it. What it does when somebody does is tests/system/clock_test.py's.
#include "daemon/process/clock.hpp"

#include <gtest/gtest.h>

namespace easydkim {
namespace {

using namespace std::chrono_literals;

time_point wall() {
  return std::chrono::time_point_cast<duration>(std::chrono::system_clock::now());
}

TEST(clock, agrees_with_the_wall_clock) {
  const clock ours;
  EXPECT_LE(std::chrono::abs(ours.now() - wall()), 1s);
}

TEST(clock, never_goes_back_and_goes_on) {
  clock ours;
  const time_point begin = ours.now();
  time_point last = begin;
  while (last < begin + 20ms) {
    const time_point now = ours.now();
    ASSERT_GE(now, last);
    last = now;
  }
}

TEST(clock, takes_the_ordinary_course_of_time_for_no_step) {
  clock ours;
  for (int i = 0; i < 1000; ++i) {
    ASSERT_EQ(ours.follow_wall_clock(), duration{0});
    ASSERT_LE(std::chrono::abs(ours.now() - wall()), 1s);
  }
}

}  // namespace
}  // namespace easydkim
