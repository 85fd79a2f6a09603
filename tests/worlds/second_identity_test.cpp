// SPDX-License-Identifier: Apache-2.0
// Worlds in which an enemy's own domain is looked at beside the victim's, through the same caches.
#include <gtest/gtest.h>

#include "tests/worlds/generator.hpp"
#include "tests/worlds/trial.hpp"

namespace easydkim::worlds {
namespace {

TEST(second_identity, is_in_about_one_of_four_worlds_and_names_what_is_not_its_own) {
  std::size_t with = 0;
  std::size_t naming_others = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    const auto world = world_of(seed);
    if (!world->enemy) continue;
    ++with;
    for (const std::string& each : world->enemy->by_parent)
      if (world->servers.contains(each)) {
        ++naming_others;
        break;
      }
  }
  EXPECT_GT(with, 30U);
  EXPECT_LT(with, 70U);
  EXPECT_GT(naming_others, 0U);
}

/// In these, the enemy's servers refer to the victim's or its provider's servers, with false addresses. Where
/// glue for names outside the zone that refers counts, the first loses its window and the second is verified.
TEST(second_identity, gives_no_addresses_of_servers_outside_its_own_zone) {
  for (const std::uint64_t seed : {520606U, 521168U}) {
    ASSERT_TRUE(world_of(seed)->enemy) << "world " << seed;
    EXPECT_EQ(tried(seed).broken.value_or("kept"), "kept") << "world " << seed;
  }
}

}  // namespace
}  // namespace easydkim::worlds
