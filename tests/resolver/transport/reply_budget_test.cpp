// SPDX-License-Identifier: Apache-2.0
#include "resolver/transport/reply_budget.hpp"

#include <gtest/gtest.h>

#include <optional>

namespace easydkim::tests {
namespace {

TEST(ReplyBudget, CountsEveryCopyUntilItIsGone) {
  const reply_budget budget{100};
  std::optional<reply_budget::share> first = budget.take(60);
  EXPECT_EQ(budget.alive(), 60U);
  EXPECT_FALSE(budget.is_spent());
  {
    const reply_budget::share copy = *first;
    EXPECT_EQ(budget.alive(), 120U);
    EXPECT_TRUE(budget.is_spent());
  }
  reply_budget::share moved = *std::move(first);
  first.reset();
  EXPECT_EQ(budget.alive(), 60U);
  moved = budget.take(10);
  EXPECT_EQ(budget.alive(), 10U);
  moved = {};
  EXPECT_EQ(budget.alive(), 0U);
}

TEST(ReplyBudget, MayEndBeforeItsShares) {
  reply_budget::share share;
  {
    const reply_budget budget{100};
    share = budget.take(60);
  }
  const reply_budget::share copy = share;
}

}  // namespace
}  // namespace easydkim::tests
