// SPDX-License-Identifier: Apache-2.0
#include "daemon/operations/rate_limit.hpp"

#include <gtest/gtest.h>

#include <string>

namespace easydkim {
namespace {

using namespace std::chrono_literals;

constexpr time_point start{std::chrono::hours{500'000}};

int admitted(rate_limit& limit, int calls, time_point now) {
  int count = 0;
  for (int i = 0; i < calls; ++i) count += limit.admit("default", now) ? 1 : 0;
  return count;
}

TEST(rate_limit, admits_one_call_a_second_and_no_more) {
  rate_limit limit{1};
  EXPECT_TRUE(limit.admit("default", start));
  EXPECT_FALSE(limit.admit("default", start));
  EXPECT_FALSE(limit.admit("default", start + 999ms));
  EXPECT_TRUE(limit.admit("default", start + 1s));
  EXPECT_FALSE(limit.admit("default", start + 1s));
}

TEST(rate_limit, does_not_count_a_call_that_it_refused) {
  rate_limit limit{1};
  EXPECT_EQ(admitted(limit, 1000, start), 1);
  EXPECT_TRUE(limit.admit("default", start + 1s));
}

TEST(rate_limit, lets_a_second_s_worth_come_at_once_and_then_in_turn) {
  rate_limit limit{5};
  EXPECT_EQ(admitted(limit, 20, start), 5);
  EXPECT_EQ(admitted(limit, 20, start + 199ms), 0);
  EXPECT_EQ(admitted(limit, 20, start + 200ms), 1);
  EXPECT_EQ(admitted(limit, 20, start + 1h), 5) << "a rest saves up for one second only";
}

TEST(rate_limit, holds_on_average_over_a_minute) {
  rate_limit limit{3};
  int count = 0;
  for (time_point now = start; now < start + 60s; now += 7ms) count += admitted(limit, 1, now);
  EXPECT_NEAR(count, 180, 4);
}

TEST(rate_limit, counts_each_account_for_itself) {
  rate_limit limit{1};
  EXPECT_TRUE(limit.admit("one", start));
  EXPECT_TRUE(limit.admit("two", start));
  EXPECT_FALSE(limit.admit("one", start));
}

TEST(rate_limit, admits_everything_when_it_is_zero) {
  rate_limit limit{0};
  EXPECT_EQ(admitted(limit, 1000, start), 1000);
}

TEST(rate_limit, takes_a_new_rate_at_once) {
  rate_limit limit{1};
  EXPECT_EQ(admitted(limit, 2, start), 1);
  limit.set_rate(0);
  EXPECT_EQ(admitted(limit, 10, start), 10);
  limit.set_rate(1);
  EXPECT_EQ(admitted(limit, 10, start + 1s), 1);
}

TEST(rate_limit, does_not_lock_out_an_account_when_the_clock_is_set_back) {
  rate_limit limit{1};
  EXPECT_TRUE(limit.admit("default", start));
  EXPECT_TRUE(limit.admit("default", start - 24h));
  EXPECT_FALSE(limit.admit("default", start - 24h));
}

TEST(rate_limit, keeps_its_word_while_it_forgets_accounts_that_rest) {
  rate_limit limit{1};
  const auto wave = [&](const std::string& name, time_point now) {
    for (int i = 0; i < 2000; ++i) EXPECT_TRUE(limit.admit(name + std::to_string(i), now));
  };
  wave("early", start);
  EXPECT_TRUE(limit.admit("busy", start + 1500ms));
  wave("late", start + 2s);
  EXPECT_FALSE(limit.admit("busy", start + 2s));
  wave("early", start + 2s);
  EXPECT_FALSE(limit.admit("late0", start + 2s));
}

}  // namespace
}  // namespace easydkim
