// SPDX-License-Identifier: Apache-2.0
#include "core/diagnosis/diagnosis_due.hpp"

#include <gtest/gtest.h>

namespace easydkim {
namespace {

using namespace std::chrono_literals;
using enum check::outcome;

constexpr time_point start{std::chrono::days{20'000}};
const policy rules;

verification pending_proof() {
  verification state;
  state.status = dkim_status::pending;
  state.window_started_at = start;
  return state;
}

bool is_due(const verification& state, check::outcome seen, std::optional<time_point> before,
            time_point now) {
  return is_diagnosis_due({state, seen, before}, now, rules);
}

TEST(diagnosis, is_made_by_the_first_check_behind_ten_minutes_an_hour_and_a_day) {
  const verification state = pending_proof();
  for (const duration age : {duration{10min}, duration{1h}, duration{24h}}) {
    EXPECT_TRUE(is_due(state, negative, start + age - 1s, start + age));
    EXPECT_TRUE(is_due(state, silent, start + age - 1s, start + age + 30s));
    EXPECT_FALSE(is_due(state, negative, start + age - 30s, start + age - 1s));
    EXPECT_FALSE(is_due(state, negative, start + age, start + age + 30s));
    EXPECT_FALSE(is_due(state, in_place, start + age - 1s, start + age));
  }
}

TEST(diagnosis, is_not_made_of_everything_after_a_start) {
  const verification state = pending_proof();
  EXPECT_FALSE(is_due(state, negative, std::nullopt, start + 30h));
  EXPECT_FALSE(is_due(state, negative, std::nullopt, start + 5s));
  EXPECT_TRUE(is_due(state, negative, std::nullopt, start + 24h + 1min));
}

TEST(diagnosis, is_made_before_a_proof_fails) {
  const verification state = pending_proof();
  EXPECT_TRUE(is_due(state, negative, start + 71h, start + rules.window));
  EXPECT_FALSE(is_due(state, silent, start + 71h, start + rules.window));
}

TEST(diagnosis, is_made_by_the_check_that_takes_success_away) {
  verification state = pending_proof();
  state.status = dkim_status::success;
  state.misses = misses_before_temporary_failure - 2;
  EXPECT_FALSE(is_due(state, negative, start, start + 48h));
  ++state.misses;
  EXPECT_TRUE(is_due(state, negative, start, start + 48h));
  EXPECT_FALSE(is_due(state, silent, start, start + 48h));
}

TEST(diagnosis, is_made_at_the_end_of_the_grace) {
  verification state = pending_proof();
  state.status = dkim_status::temporary_failure;
  state.lost_at = start + 100h;
  EXPECT_FALSE(is_due(state, negative, start, start + 101h));
  EXPECT_TRUE(is_due(state, negative, start, start + 100h + rules.grace));
}

}  // namespace
}  // namespace easydkim
