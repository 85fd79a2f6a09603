#include "daemon/control/check_turns.hpp"

#include <gtest/gtest.h>

namespace easydkim {
namespace {

using namespace std::chrono_literals;

constexpr steady_time start{std::chrono::hours{1}};

TEST(CheckTurns, ThoseOfASecondComeAtOnceThenOneAfterTheOtherForTwoSeconds) {
  check_turns turns;
  for (int i = 0; i < 10; ++i) EXPECT_EQ(turns.take(10, start), 0ms) << i;
  for (int i = 1; i <= 20; ++i) EXPECT_EQ(turns.take(10, start), i * 100ms);
  EXPECT_EQ(turns.take(10, start), std::nullopt);
  EXPECT_EQ(turns.take(10, start + 100ms), 2s) << "what was refused did not count";
}

TEST(CheckTurns, AreAllThereAfterAPause) {
  check_turns turns;
  for (int i = 0; i < 30; ++i) turns.take(10, start);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(turns.take(10, start + 1h), 0ms);
}

TEST(CheckTurns, OfNoLimitNeverWait) {
  check_turns turns;
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(turns.take(0, start), 0ms);
}

}  // namespace
}  // namespace easydkim
