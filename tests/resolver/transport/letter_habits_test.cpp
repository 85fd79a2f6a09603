// SPDX-License-Identifier: Apache-2.0
#include "resolver/transport/letter_habits.hpp"

#include <gtest/gtest.h>

namespace easydkim::tests {
namespace {

const server_address one{boost::asio::ip::make_address("192.0.2.1")};
const server_address another{boost::asio::ip::make_address("192.0.2.2")};
const steady_time begin{std::chrono::hours{1}};

TEST(LetterHabits, TakeOneLostPacketForNoHabit) {
  letter_habits habits;
  habits.answered_small_only(one, begin);
  EXPECT_FALSE(habits.wants_small(one, begin));
  habits.answered_small_only(one, begin);
  EXPECT_TRUE(habits.wants_small(one, begin));
  EXPECT_FALSE(habits.wants_small(another, begin));
}

TEST(LetterHabits, AreRememberedForAnHourFromTheLastAnswer) {
  letter_habits habits;
  for (int i = 0; i < 2; ++i) habits.answered_small_only(one, begin);
  habits.answered_small_only(one, begin + std::chrono::minutes{50});
  EXPECT_TRUE(habits.wants_small(one, begin + std::chrono::minutes{109}));
  EXPECT_FALSE(habits.wants_small(one, begin + std::chrono::minutes{110}));
}

TEST(LetterHabits, AreForgottenWithTheFirstAnswerInMixedLetters) {
  letter_habits habits;
  for (int i = 0; i < 2; ++i) habits.answered_small_only(one, begin);
  habits.forget(one);
  habits.answered_small_only(one, begin);
  EXPECT_FALSE(habits.wants_small(one, begin));
}

TEST(LetterHabits, RememberWhoHasNoTcp) {
  letter_habits habits;
  EXPECT_FALSE(habits.has_no_tcp(one, begin));
  habits.had_no_tcp(one, begin);
  EXPECT_TRUE(habits.has_no_tcp(one, begin));
  EXPECT_FALSE(habits.has_no_tcp(one, begin + letter_habits::remembered_for));
  EXPECT_FALSE(habits.wants_small(one, begin)) << "that says nothing of letters";
}

}  // namespace
}  // namespace easydkim::tests
