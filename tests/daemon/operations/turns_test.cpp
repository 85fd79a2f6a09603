// SPDX-License-Identifier: Apache-2.0
#include "daemon/operations/turns.hpp"

#include <gtest/gtest.h>

#include "resolver/transport/steady_time.hpp"

namespace easydkim {
namespace {

using namespace std::chrono_literals;

constexpr steady_time start{std::chrono::hours{1}};

TEST(Turns, ThoseOfASecondComeAtOnceThenOneAfterTheOtherForTwoSeconds) {
  turns<steady_time> of_checks;
  for (int i = 0; i < 10; ++i) EXPECT_EQ(of_checks.take(10, start, 2s), 0ms) << i;
  for (int i = 1; i <= 20; ++i) EXPECT_EQ(of_checks.take(10, start, 2s), i * 100ms);
  EXPECT_EQ(of_checks.take(10, start, 2s), std::nullopt);
  EXPECT_EQ(of_checks.take(10, start + 100ms, 2s), 2s) << "what was refused did not count";
}

TEST(Turns, AreAllThereAfterAPause) {
  turns<steady_time> of_checks;
  for (int i = 0; i < 30; ++i) of_checks.take(10, start, 2s);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(of_checks.take(10, start + 1h, 2s), 0ms);
}

TEST(Turns, AtASlowRateComeNoSooner) {
  turns<steady_time> seldom;
  EXPECT_EQ(seldom.take(0.0001, start), 0ms);
  EXPECT_EQ(seldom.take(0.0001, start + 2h), std::nullopt) << "a turn is nearly three hours long";
}

TEST(Turns, OfNoLimitNeverWait) {
  turns<steady_time> of_checks;
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(of_checks.take(0, start), 0ms);
}

}  // namespace
}  // namespace easydkim
