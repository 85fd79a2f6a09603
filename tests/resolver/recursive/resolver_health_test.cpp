// SPDX-License-Identifier: Apache-2.0
#include "resolver/recursive/resolver_health.hpp"

#include <gtest/gtest.h>

namespace easydkim {
namespace {

void be_silent(resolver_health& health, int times = resolver_health::silent_before_suspicion) {
  for (int i = 0; i < times; ++i) health.silent();
}

TEST(ResolverHealth, IsGoodAtFirst) {
  resolver_health health;
  EXPECT_TRUE(health.healthy());
  EXPECT_FALSE(health.wants_control_question());
}

TEST(ResolverHealth, IsBadWithoutAServerUntilOneAnswers) {
  resolver_health health;
  health.has_nobody();
  EXPECT_FALSE(health.healthy());
  health.silent();
  EXPECT_FALSE(health.healthy());
  health.answered();
  EXPECT_TRUE(health.healthy());
}

TEST(ResolverHealth, SuspectsOnlySilenceInARow) {
  resolver_health health;
  for (int i = 0; i < 10; ++i) {
    be_silent(health, resolver_health::silent_before_suspicion - 1);
    health.answered();
  }
  EXPECT_FALSE(health.wants_control_question());
  EXPECT_EQ(health.silent_total(), 20U);
}

TEST(ResolverHealth, AsksOneControlQuestionForEachSuspicion) {
  resolver_health health;
  be_silent(health);
  EXPECT_TRUE(health.healthy()) << "a suspicion is no judgement";
  EXPECT_TRUE(health.wants_control_question());
  EXPECT_FALSE(health.wants_control_question());
  be_silent(health);
  EXPECT_FALSE(health.wants_control_question()) << "while it is under way";
}

TEST(ResolverHealth, IsBadOnlyWhenTheControlQuestionIsNotAnsweredEither) {
  resolver_health health;
  be_silent(health);
  ASSERT_TRUE(health.wants_control_question());
  health.control_silent();
  EXPECT_FALSE(health.healthy());
  be_silent(health);
  EXPECT_FALSE(health.wants_control_question()) << "nothing new to ask";
}

TEST(ResolverHealth, StaysGoodWhenTheControlQuestionIsAnswered) {
  resolver_health health;
  for (int i = 0; i < 3; ++i) {
    be_silent(health);
    ASSERT_TRUE(health.wants_control_question()) << "each suspicion is asked for";
    health.control_answered();
    EXPECT_TRUE(health.healthy());
  }
}

TEST(ResolverHealth, IsGoodAgainWithTheFirstAnswer) {
  resolver_health health;
  be_silent(health);
  ASSERT_TRUE(health.wants_control_question());
  health.control_silent();
  health.answered();
  EXPECT_TRUE(health.healthy());
}

TEST(ResolverHealth, TakesNoSilentControlQuestionForEvidenceAfterAnAnswer) {
  resolver_health health;
  be_silent(health);
  ASSERT_TRUE(health.wants_control_question());
  health.answered();
  health.control_silent();
  EXPECT_TRUE(health.healthy());
}

}  // namespace
}  // namespace easydkim
