// SPDX-License-Identifier: Apache-2.0
#include "resolver/polling/asked_checks.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace easydkim {
namespace {

using namespace std::chrono_literals;
using outcome = asked_check_result::outcome;

constexpr steady_time start{std::chrono::hours{1}};

class AskedChecks : public testing::Test {
 protected:
  void add(identity_id id, const std::string& account = "default", steady_time at = start) {
    checks_.add(
        {.id = id, .which = proof::dkim, .account = account},
        [this, id](const asked_check_result& result) {
          ended_.push_back({id, result.what});
        },
        at);
  }
  std::vector<identity_id> begun() {
    std::vector<identity_id> all;
    while (const auto next = checks_.begin()) all.push_back(next->id);
    return all;
  }
  void end(identity_id id) { checks_.end(id, proof::dkim, {outcome::checked, nullptr}); }

  using ending = std::pair<identity_id, outcome>;
  asked_checks checks_{{.under_way = 4, .under_way_of_account = 2}};
  std::vector<ending> ended_;
};

TEST_F(AskedChecks, OfAnIdentityAreOneAtATimeThatLaterCallersShare) {
  add(1);
  add(1);
  EXPECT_EQ(begun(), std::vector<identity_id>{1});
  add(1);
  EXPECT_EQ(begun(), std::vector<identity_id>{}) << "under way already";
  end(1);
  EXPECT_EQ(ended_, (std::vector<ending>(3, {1, outcome::checked})));
  add(1);
  EXPECT_EQ(begun(), std::vector<identity_id>{1}) << "and the next is a new one";
}

TEST_F(AskedChecks, BeginByAccountInTurn) {
  for (const identity_id id : {1UL, 2UL, 3UL, 4UL}) add(id, "many");
  add(5, "few");
  EXPECT_EQ(begun(), (std::vector<identity_id>{1, 5, 2})) << "and an account has no more than its part";
  end(1);
  EXPECT_EQ(begun(), std::vector<identity_id>{3});
}

TEST_F(AskedChecks, AreNoMoreAtATimeThanAllowed) {
  for (const identity_id id : {1UL, 2UL, 3UL, 4UL, 5UL}) add(id, "account" + std::to_string(id));
  EXPECT_TRUE(checks_.can_begin());
  EXPECT_EQ(begun().size(), 4U);
  EXPECT_FALSE(checks_.can_begin());
  end(2);
  EXPECT_TRUE(checks_.can_begin());
}

TEST_F(AskedChecks, ThatDoNotBeginWithinTwoSecondsAreThrottled) {
  add(1);
  add(2, "default", start + 1s);
  EXPECT_EQ(checks_.next_refusal(), start + 2s);
  checks_.refuse_late(start + 1999ms);
  EXPECT_TRUE(ended_.empty());
  checks_.refuse_late(start + 2s);
  EXPECT_EQ(ended_, (std::vector<ending>{{1, outcome::throttled}}));
  EXPECT_EQ(begun(), std::vector<identity_id>{2});
  checks_.refuse_late(start + 1h);
  EXPECT_EQ(ended_.size(), 1U) << "what has begun goes on";
  EXPECT_EQ(checks_.next_refusal(), std::nullopt);
}

}  // namespace
}  // namespace easydkim
