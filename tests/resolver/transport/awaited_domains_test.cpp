// SPDX-License-Identifier: Apache-2.0
#include "resolver/transport/awaited_domains.hpp"

#include <gtest/gtest.h>

namespace easydkim {
namespace {

TEST(AwaitedDomains, MakeQuestionsAtAndBelowThemUrgent) {
  awaited_domains domains;
  const awaited_domains::interest one{domains, "shop.example.com", urgency::person};
  EXPECT_EQ(domains.of("shop.example.com"), urgency::person);
  EXPECT_EQ(domains.of("token._domainkey.shop.example.com"), urgency::person);
  EXPECT_EQ(domains.of("example.com"), urgency::person) << "whose servers delegate it";
  EXPECT_EQ(domains.of("other.example.com"), urgency::poll);
  EXPECT_EQ(domains.of("com"), urgency::poll);
  EXPECT_EQ(domains.of("."), urgency::poll);
}

TEST(AwaitedDomains, MakeTheirTokensUrgentWhereverTheyAreLookedFor) {
  awaited_domains domains;
  const awaited_domains::interest one{domains, "a.b.example.com", urgency::person, {"token1", "token2"}};
  EXPECT_EQ(domains.of("token2.example.com"), urgency::person);
  EXPECT_EQ(domains.of("_domainkey.example.com"), urgency::person);
  EXPECT_EQ(domains.of("b.example.com"), urgency::person);
  EXPECT_EQ(domains.of("token3.example.com"), urgency::poll);
}

TEST(AwaitedDomains, AreAsUrgentAsTheMostUrgentOfThoseWhoWait) {
  awaited_domains domains;
  const awaited_domains::interest first{domains, "example.com", urgency::first_check};
  {
    const awaited_domains::interest person{domains, "example.com", urgency::person};
    const awaited_domains::interest another{domains, "example.com", urgency::person};
    EXPECT_EQ(domains.of("_domainkey.example.com"), urgency::person);
  }
  EXPECT_EQ(domains.of("_domainkey.example.com"), urgency::first_check);
}

TEST(AwaitedDomains, EndWithTheInterestAndMoveWithIt) {
  awaited_domains domains;
  awaited_domains::interest kept;
  {
    awaited_domains::interest one{domains, "example.com", urgency::person};
    kept = std::move(one);
  }
  EXPECT_EQ(domains.of("example.com"), urgency::person);
  kept = {};
  EXPECT_EQ(domains.of("example.com"), urgency::poll);
}

TEST(AwaitedDomains, MayGoBeforeTheInterest) {
  awaited_domains::interest left;
  {
    awaited_domains domains;
    left = {domains, "example.com", urgency::person};
  }
  left = {};
}

}  // namespace
}  // namespace easydkim
