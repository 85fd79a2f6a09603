// SPDX-License-Identifier: Apache-2.0
#include "core/histogram.hpp"

#include <gtest/gtest.h>

namespace easydkim {
namespace {

constexpr std::array<std::uint64_t, 3> bounds{10, 100, 1000};

TEST(histogram, is_empty_at_first) {
  const histogram none{bounds};
  for (std::size_t slot = 0; slot <= bounds.size(); ++slot) EXPECT_EQ(none.in_slot(slot), 0U);
  EXPECT_EQ(none.sum(), 0U);
}

TEST(histogram, counts_a_bound_below_itself_and_what_is_above_all_last) {
  histogram some{bounds};
  for (const std::uint64_t value : {0U, 10U, 11U, 100U, 1000U, 1001U, 50'000U}) some.add(value);
  EXPECT_EQ(some.in_slot(0), 2U);
  EXPECT_EQ(some.in_slot(1), 2U);
  EXPECT_EQ(some.in_slot(2), 1U);
  EXPECT_EQ(some.in_slot(3), 2U);
}

TEST(histogram, adds_up_what_it_was_given) {
  histogram some{bounds};
  some.add(7);
  some.add(2000);
  EXPECT_EQ(some.sum(), 2007U);
}

TEST(histogram, has_bounds_of_time_that_rise) {
  EXPECT_TRUE(std::ranges::is_sorted(time_bounds, std::ranges::less_equal{}));
  EXPECT_LE(time_bounds.size(), histogram::most_bounds);
}

}  // namespace
}  // namespace easydkim
