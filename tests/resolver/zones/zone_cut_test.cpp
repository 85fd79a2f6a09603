// SPDX-License-Identifier: Apache-2.0
// Which zone holds a name, as the servers of the zone above say together.
#include "resolver/zones/zone_cut.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace easydkim {
namespace {

using kind = agreed_cut::kind;
using names = std::vector<std::string>;

/// A claim of a zone below, whose servers all have one address.
cut_claim below(names servers, const std::string& address = "192.0.2.1") {
  const std::string apex = "_domainkey.example.com";
  cut_claim claim{.apex = apex, .to = {.apex = apex, .servers = std::move(servers), .glue = {}, .ttl = 300}};
  for (const std::string& each : claim.to.servers) {
    resource_record glue;
    glue.owner = each;
    glue.type = rr_type::a;
    glue.text = address;
    claim.to.glue.push_back(std::move(glue));
  }
  return claim;
}
const cut_claim no_cut{.apex = "example.com", .to = {}};

/// Of a zone with `servers` servers, all of which its parent names.
agreed_cut agreed(const std::vector<cut_claim>& claims, std::size_t servers) {
  return agree_on_cut(claims, "example.com", {.all = servers, .delegated = servers});
}

TEST(ZoneCut, CountsWhenAllThatAnswerAgreeAndTheseAreTwo) {
  const agreed_cut by_two = agreed({below({"a", "b"}), below({"a", "b"})}, 5);
  EXPECT_EQ(by_two.what, kind::below);
  EXPECT_TRUE(by_two.by.by_all);
  EXPECT_FALSE(by_two.by.for_loss) << "two of five";
  EXPECT_EQ(by_two.to.servers, (names{"a", "b"}));
  EXPECT_FALSE(agreed({below({"a", "b"})}, 2).by.by_all) << "one of two";
  EXPECT_TRUE(agreed({below({"a", "b"})}, 1).by.by_all) << "the only one";
  EXPECT_TRUE(agreed({no_cut, no_cut}, 3).by.for_loss);
}

TEST(ZoneCut, IsSplitWithoutAMajorityOfAllServers) {
  EXPECT_EQ(agreed({below({"a", "b"}), no_cut}, 2).what, kind::split);
  const agreed_cut of_most = agreed({no_cut, below({"evil"}), no_cut}, 3);
  EXPECT_EQ(of_most.what, kind::here);
  EXPECT_TRUE(of_most.by.by_most);
  EXPECT_FALSE(of_most.by.by_all);
}

TEST(ZoneCut, HasTheServersThatMoreThanHalfOfThoseThatClaimItGive) {
  EXPECT_EQ(agreed({below({"a", "b"}), below({"a", "b", "evil"})}, 2).to.servers, (names{"a", "b"}));
  EXPECT_EQ(agreed({below({"a", "b"}), below({"evil"}), below({"a", "b"})}, 3).to.servers, (names{"a", "b"}));
}

TEST(ZoneCut, IsSplitWhereWhoLeavesOutServersCouldChooseThoseThatDecide) {
  EXPECT_EQ(agreed({below({"a", "evil"}), below({"evil"})}, 2).what, kind::split) << "one is left";
  EXPECT_EQ(agreed({below({"a", "b", "c", "x", "y"}), below({"x", "y"})}, 2).what, kind::split) << "two of five";
  EXPECT_EQ(agreed({below({"a", "b", "c", "x", "y"}), below({"a", "x", "y"})}, 2).what, kind::split)
      << "two of five are two of three then";
}

TEST(ZoneCut, TakesSomethingAwayOnlyBySetsThatMoreThanHalfOfAllGive) {
  EXPECT_TRUE(agreed({below({"a", "b"}), below({"a", "b"})}, 3).by.for_loss);
  EXPECT_FALSE(agreed({below({"a", "b"}), below({"a", "b", "c"})}, 3).by.for_loss);
  // Two of five are hostile, two silent: of those that answer, two give the name of one of them
  const agreed_cut chosen = agreed({below({"a"}), below({"a", "b", "c", "d", "e"}), below({"a", "x"})}, 5);
  EXPECT_EQ(chosen.to.servers, names{"a"});
  EXPECT_FALSE(chosen.by.for_loss);
}

TEST(ZoneCut, HasTheAddressesThatAllThatClaimItGiveOrMoreThanHalfOfAllServers) {
  const std::string ns = "ns._domainkey.example.com", evil = "192.0.2.66";
  const std::vector<cut_claim> claims{below({ns}), below({ns}), below({ns}, evil)};
  ASSERT_EQ(agreed(claims, 3).certain_glue.size(), 1U);
  EXPECT_EQ(agreed(claims, 3).certain_glue.front().text, "192.0.2.1");
  EXPECT_TRUE(agreed(claims, 4).certain_glue.empty());
  EXPECT_EQ(agreed({below({ns}), below({ns})}, 5).certain_glue.size(), 1U);
}

TEST(ZoneCut, IsNotAgreedOnByFewerThanThoseWhoseAddressesAreInDispute) {
  const std::vector<cut_claim> two{below({"a", "b"}), below({"a", "b"})};
  const agreed_cut by_fewer = agree_on_cut(two, "example.com", {.all = 5, .delegated = 5, .contested = 3});
  EXPECT_FALSE(by_fewer.by.by_all) << "the three may be honest";
  EXPECT_TRUE(by_fewer.certain_glue.empty());
  EXPECT_TRUE(agree_on_cut(two, "example.com", {.all = 5, .delegated = 5, .contested = 2}).by.by_all);
  const std::vector<cut_claim> three(3, below({"a", "b"}));
  EXPECT_TRUE(agree_on_cut(three, "example.com", {.all = 5, .delegated = 5, .contested = 2}).by.for_loss);
}

TEST(ZoneCut, TakesNothingAwayByClaimsOfServersWhoseAddressesAMinorityGave) {
  std::vector<cut_claim> claims(3, below({"a", "b"}));
  EXPECT_EQ(agreed(claims, 5).glue_for_loss.size(), 2U);
  claims[2].is_certain_for_loss = false;
  const agreed_cut cut = agreed(claims, 5);
  EXPECT_TRUE(cut.by.by_all);
  EXPECT_FALSE(cut.by.for_loss);
  EXPECT_EQ(cut.certain_glue.size(), 2U);
  EXPECT_TRUE(cut.glue_for_loss.empty());
  claims.assign(3, no_cut);
  claims[0].is_certain_for_loss = false;
  EXPECT_FALSE(agreed(claims, 5).by.for_loss);
}

}  // namespace
}  // namespace easydkim
