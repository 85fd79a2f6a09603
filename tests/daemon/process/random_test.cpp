// SPDX-License-Identifier: Apache-2.0
#include "daemon/process/random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

namespace easydkim {
namespace {

TEST(random, fills_all_octets_and_never_twice_the_same) {
  std::array<std::uint8_t, 60> first{}, second{};
  fill_random(first);
  fill_random(second);
  EXPECT_NE(first, second);
  // Ten zeros in a row at the end: once in 2^80 fills.
  EXPECT_FALSE(std::all_of(first.end() - 10, first.end(), [](std::uint8_t octet) { return octet == 0; }));
}

TEST(random, takes_an_empty_span) {
  EXPECT_NO_THROW(fill_random({}));
}

}  // namespace
}  // namespace easydkim
