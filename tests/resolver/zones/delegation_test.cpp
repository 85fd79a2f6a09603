// SPDX-License-Identifier: Apache-2.0
// What the servers of a parent zone say together of a delegation.
#include "resolver/zones/delegation.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace easydkim {
namespace {

resource_record address(const std::string& owner, const std::string& text) {
  resource_record glue;
  glue.owner = owner;
  glue.type = rr_type::a;
  glue.text = text;
  return glue;
}

parent_answer delegates_to(std::vector<std::string> servers, std::vector<resource_record> glue = {}) {
  parent_answer answer;
  answer.what = parent_answer::kind::delegated;
  answer.to = {.apex = "example.com", .servers = std::move(servers), .glue = std::move(glue), .ttl = 300};
  return answer;
}

parent_answer denial(parent_answer::kind what) {
  parent_answer answer;
  answer.what = what;
  answer.start = "com";
  return answer;
}

const parent_answer right = delegates_to({"ns1.example.com", "ns2.example.com"});
const parent_answer other = delegates_to({"ns.attacker.net"});

agreed_delegation after(const std::vector<parent_answer>& answers, std::size_t servers, std::size_t silent = 0) {
  return agree_on_delegation({.answers = answers, .servers = servers, .silent = silent});
}

TEST(Delegation, IsCertainByTwoOfTheParentsServersOrItsOnlyOne) {
  EXPECT_FALSE(after({right}, 3).is_certain);
  EXPECT_TRUE(after({right}, 3).wants_more);
  EXPECT_FALSE(after({right}, 2, 1).is_certain) << "one of two is silent";
  EXPECT_FALSE(after({right}, 2, 1).wants_more) << "nobody is left";
  EXPECT_TRUE(after({right, right}, 3).is_certain);
  EXPECT_FALSE(after({right, right}, 3).wants_more);
  EXPECT_TRUE(after({right}, 1).is_certain);
}

TEST(Delegation, IsWhatMoreThanHalfOfThoseThatAnsweredSay) {
  EXPECT_FALSE(after({right, other}, 3).is_certain);
  EXPECT_TRUE(after({right, other}, 3).wants_more);
  const agreed_delegation most = after({other, right, right}, 3);
  EXPECT_TRUE(most.is_certain);
  EXPECT_EQ(most.what.to.servers, right.to.servers);
  EXPECT_FALSE(after({right, other, other, right}, 4).is_certain);
}

TEST(Delegation, IsDeniedByThemAsWell) {
  using enum parent_answer::kind;
  EXPECT_TRUE(after({denial(no_such_domain), denial(no_such_domain)}, 2).is_certain);
  EXPECT_FALSE(after({denial(no_such_domain), denial(no_zone_here)}, 2).is_certain);
  EXPECT_FALSE(after({denial(no_such_domain), right}, 2).is_certain);
}

TEST(Delegation, HasAddressesThatMoreThanHalfGive) {
  const std::vector<std::string> names{"ns1.example.com", "ns2.example.com"};
  const resource_record one = address("ns1.example.com", "192.0.2.1"), two = address("ns2.example.com", "192.0.2.2");
  const parent_answer liar = delegates_to(names, {one, address("ns2.example.com", "203.0.113.66")});
  const parent_answer honest = delegates_to(names, {one, two});

  const agreed_delegation by_half = after({honest, liar}, 3);
  EXPECT_TRUE(by_half.is_certain) << "of the names";
  ASSERT_EQ(by_half.certain_glue.size(), 1U);
  EXPECT_EQ(by_half.certain_glue.front().owner, "ns1.example.com");
  EXPECT_TRUE(by_half.wants_more) << "a third server can tell who is right of ns2";

  const agreed_delegation by_most = after({honest, liar, honest}, 3);
  ASSERT_EQ(by_most.certain_glue.size(), 2U);
  EXPECT_EQ(by_most.certain_glue.back().text, "192.0.2.2");
  EXPECT_FALSE(by_most.wants_more);
  EXPECT_FALSE(after({honest, liar}, 2).wants_more) << "nobody is left";
  EXPECT_FALSE(after({right, right}, 3).wants_more) << "names elsewhere have no addresses here";
}

TEST(Delegation, ShowsTheAddressesThatEachOfThoseThatAgreeGives) {
  const std::vector<std::string> names{"ns1.example.com"};
  const parent_answer without = delegates_to(names);
  const parent_answer with = delegates_to(names, {address("ns1.example.com", "192.0.2.1")});
  const agreed_delegation agreed = after({without, with}, 2);
  EXPECT_TRUE(agreed.certain_glue.empty());
  EXPECT_EQ(agreed.what.to.glue.size(), 1U) << "who answers first hides none";
}

}  // namespace
}  // namespace easydkim
