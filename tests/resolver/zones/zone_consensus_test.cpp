// SPDX-License-Identifier: Apache-2.0
// What the servers of a zone say together.
#include "resolver/zones/zone_consensus.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace easydkim {
namespace {

using enum finding_kind;

const finding here{found, finding_reason::none, {}};
const finding gone{absent, finding_reason::no_such_name, {}};
const finding silent{no_answer, finding_reason::timeout, {}};
const finding not_asked{no_answer, finding_reason::servers_unreachable, {}};
const finding broken{no_answer, finding_reason::servfail, {}};
const finding other{wrong_target, finding_reason::other_target, "elsewhere.example.org"};

finding split(const std::string& server) {
  return {absent, finding_reason::on_some_servers, server};
}

/// Servers "ns1", "ns2", ..., the first `delegated` of which the parent names.
consensus of(const std::vector<finding>& all, std::size_t delegated = 99, bool has_split_for_long = false) {
  std::vector<server_finding> findings;
  for (const finding& each : all)
    findings.push_back({.server = "ns" + std::to_string(findings.size() + 1),
                        .seen = each,
                        .is_delegated = findings.size() < delegated});
  return zone_consensus({.of = findings,
                         .servers = {.all = all.size(), .delegated = std::min(delegated, all.size())},
                         .has_split_for_long = has_split_for_long});
}
consensus after_an_hour(const std::vector<finding>& all, std::size_t delegated = 99) {
  return of(all, delegated, true);
}

TEST(ZoneConsensus, FindsWhatAllThatAnswerHave) {
  EXPECT_EQ(of({here}).seen, here);
  EXPECT_EQ(of({here, here}).seen, here);
  EXPECT_EQ(of({here, here, silent, broken, silent, silent, silent, silent}).seen, here) << "six dead of eight";
}

TEST(ZoneConsensus, IsNotContentWithOneOfSeveral) {
  EXPECT_EQ(of({here, silent}).seen, silent);
  EXPECT_EQ(of({broken, here, silent}).seen, broken) << "what says most";
  EXPECT_EQ(of({not_asked, here}).seen, not_asked);
  EXPECT_EQ(after_an_hour({here, silent}).seen, silent) << "however long it lasts";
}

TEST(ZoneConsensus, WantsTwoThatTheParentNames) {
  EXPECT_NE(of({here, silent, here, here}, 2).seen, here) << "one that the parent names, and two that it does not";
  EXPECT_EQ(of({here, here, silent, silent}, 2).seen, here);
  EXPECT_EQ(of({here, silent, silent}, 1).seen, here) << "the only one that it names";
  EXPECT_NE(after_an_hour({here, silent, here, here}, 2).seen, here);
}

TEST(ZoneConsensus, SaysThatOnlySomeHaveIt) {
  EXPECT_EQ(of({here, gone, here}).seen, split("ns2"));
  EXPECT_EQ(of({gone, here, silent}).seen, split("ns1"));
  EXPECT_EQ(of({here, other}).seen, split("ns2"));
}

TEST(ZoneConsensus, LetsMoreThanHalfOfAllOutvoteTheOthersAfterAnHour) {
  EXPECT_EQ(after_an_hour({here, gone, here}).seen, here);
  EXPECT_EQ(after_an_hour({here, other, here}).seen, here);
  EXPECT_EQ(after_an_hour({gone, here, here, silent}).seen, split("ns1")) << "silent ones count as there";
  EXPECT_EQ(after_an_hour({here, gone}).seen, split("ns2"));
}

TEST(ZoneConsensus, LosesOnlyWhatMoreThanHalfOfAllLack) {
  EXPECT_TRUE(of({gone, gone}).decides_loss);
  EXPECT_TRUE(of({gone}).decides_loss) << "the only one";
  EXPECT_TRUE(of({gone, other, here}).decides_loss);
  EXPECT_FALSE(of({gone, silent}).decides_loss) << "half of its servers dead";
  EXPECT_FALSE(of({gone, gone, silent, silent}).decides_loss);
  EXPECT_FALSE(of({other, here, here}).decides_loss);
  EXPECT_FALSE(of({silent, silent}).decides_loss);
  EXPECT_EQ(of({gone, silent}).seen, gone) << "it is told nevertheless";
}

TEST(ZoneConsensus, CountsWhoHasItForTheHour) {
  EXPECT_EQ(of({here, gone, here}).most, majority::has);
  EXPECT_EQ(of({here, gone, silent}).most, majority::unknown) << "the silent one may have it";
  EXPECT_EQ(of({here, gone, gone}).most, majority::lacks);
  EXPECT_EQ(of({here, gone}).most, majority::lacks);
  EXPECT_EQ(of({silent, silent}).most, majority::unknown);
}

TEST(ZoneConsensus, LetsACutThatOnlySomeClaimDecideNothing) {
  const std::vector<server_finding> all{{"ns1", here, true}, {"ns2", here, true}};
  const consensus_query by_some{
      .of = all, .servers = {2, 2}, .zone_by = {.by_all = false, .by_most = false, .for_loss = false}};
  EXPECT_EQ(zone_consensus(by_some).seen.kind, no_answer);
  consensus_query by_most = by_some;
  by_most.zone_by = {.by_all = false, .by_most = true, .for_loss = true};
  EXPECT_EQ(zone_consensus(by_most).seen, (finding{no_answer, finding_reason::servers_disagree, {}}));
  by_most.has_split_for_long = true;
  EXPECT_EQ(zone_consensus(by_most).seen, here);

  const std::vector<server_finding> none{{"ns1", gone, true}, {"ns2", gone, true}};
  consensus_query lost = by_some;
  lost.of = none;
  EXPECT_FALSE(zone_consensus(lost).decides_loss);
}

TEST(ZoneConsensus, ClearsADecoyThatMoreThanHalfDeny) {
  const auto decoy = [](const std::vector<server_finding>& all) {
    return zone_consensus({.of = all, .servers = {all.size(), all.size()}, .is_decoy = true});
  };
  EXPECT_EQ(decoy({{"ns1", gone, true}, {"ns2", here, true}, {"ns3", gone, true}}).seen, gone)
      << "one server that makes it up holds nobody up";
  EXPECT_EQ(decoy({{"ns1", gone, true}, {"ns2", here, true}}).seen, split("ns1"));
  EXPECT_EQ(decoy({{"ns1", here, true}, {"ns2", here, true}}).seen, here);
  EXPECT_TRUE(decoy({{"ns1", here, true}, {"ns2", here, true}}).decides_loss);
  EXPECT_FALSE(decoy({{"ns1", here, true}, {"ns2", silent, true}}).decides_loss);
}

TEST(ZoneConsensus, IsNotUndividedAgainstOneAtAnUncertainAddress) {
  std::vector<server_finding> findings{{.server = "ns1", .seen = here}, {.server = "ns2", .seen = here},
                                       {.server = "ns3", .seen = gone, .is_certain = false}};
  const auto together = [&](bool has_split_for_long) {
    return zone_consensus({.of = findings,
                           .servers = {.all = findings.size(), .delegated = findings.size()},
                           .has_split_for_long = has_split_for_long});
  };
  EXPECT_EQ(together(false).seen, split("ns3")) << "it may be right";
  EXPECT_EQ(together(true).seen, here) << "most have it after an hour";
  for (server_finding& each : findings)
    if (each.server == "ns2") each = {.server = "ns2", .seen = gone, .is_certain = false};
  EXPECT_FALSE(together(true).decides_loss) << "and it takes nothing away";
  findings[2].seen = here;
  findings[1] = {.server = "ns2", .seen = here};
  EXPECT_EQ(together(false).seen, here) << "nobody contradicts";
}

TEST(ZoneConsensus, FindsNothingByFewerThanThoseWhoseAddressesAreInDispute) {
  std::vector<server_finding> all{{.server = "ns1", .seen = here},
                                  {.server = "ns2", .seen = here},
                                  {.server = "ns3", .seen = here, .is_certain = false},
                                  {.server = "ns4", .seen = here, .is_certain = false},
                                  {.server = "ns5", .seen = silent, .is_certain = false}};
  consensus_query query{.of = all, .servers = {.all = 5, .delegated = 5, .contested = 3}};
  EXPECT_EQ(zone_consensus(query).seen, (finding{no_answer, finding_reason::addresses_uncertain, "ns3"}))
      << "the three may be honest, and elsewhere";
  query.servers.contested = 2;
  EXPECT_EQ(zone_consensus(query).seen, here);
}

TEST(ZoneConsensus, LosesNothingAtAddressesThatAMinorityGave) {
  std::vector<server_finding> all(3, {.server = "ns1", .seen = gone});
  const consensus_query query{.of = all, .servers = {.all = 5, .delegated = 5}};
  EXPECT_TRUE(zone_consensus(query).decides_loss);
  all[0].is_certain_for_loss = false;
  EXPECT_FALSE(zone_consensus(query).decides_loss);
  EXPECT_EQ(zone_consensus(query).most, majority::unknown) << "nor does it end the hour";
  for (server_finding& each : all) each.seen = here;
  const consensus_query decoy{.of = all, .servers = {.all = 5, .delegated = 5}, .is_decoy = true};
  EXPECT_FALSE(zone_consensus(decoy).decides_loss);
}

TEST(ZoneConsensus, BeginsNoHourInAZoneThatIsNotAgreedOn) {
  const std::vector<server_finding> all{{"ns1", here, true}, {"ns2", here, true}};
  consensus_query query{
      .of = all, .servers = {2, 2}, .zone_by = {.by_all = false, .by_most = false, .for_loss = false}};
  EXPECT_EQ(zone_consensus(query).most, majority::unknown);
  query.zone_by.by_most = true;
  EXPECT_EQ(zone_consensus(query).most, majority::has);
}

}  // namespace
}  // namespace easydkim
