// SPDX-License-Identifier: Apache-2.0
// What a diagnosis says of records that are published, but not for everybody.
#include "tests/resolver/diagnosis/dns_world.hpp"

namespace easydkim::tests {
namespace {

using enum diagnosis_code;

/// The zone as it was at Success.
zone_seen moved_from(std::vector<std::string> servers) {
  return {.apex = "example.com", .servers = std::move(servers), .primary = {}, .serial = 0};
}
using visibility = record_sighting::visibility;

constexpr std::string_view first_name = "T1._domainkey.example.com";

TEST(Diagnosis, SaysUntilWhenCachesDenyAPublishedRecord) {
  dns_world world;
  world.publish_all();
  world.resolver_says(first_name, rr_type::cname, world.negative(3));  // SOA minimum 300, TTL 900

  const observation seen = world.examine();
  expect_diagnosis(
      seen, 0, negative_cache,
      "The record T1._domainkey.example.com is right on the name servers of example.com. Resolvers that "
      "asked before may still say until 2026-11-23T09:05:00Z that it does not exist; wait, there is nothing "
      "left to do.");
  EXPECT_EQ(seen.records[0]->visible, visibility::hidden);
  EXPECT_EQ(seen.records[0]->visible_at, dns_world::now + std::chrono::minutes{5});
  EXPECT_EQ(seen.records[1]->visible, visibility::visible);
  EXPECT_EQ(seen.diagnosed->whole.code, negative_cache);
}

TEST(Diagnosis, TakesTheTimeLeftOfANegativeAnswerFromItsTtl) {
  dns_world world;
  world.publish_all();
  dns_reply aged = world.negative(0);
  aged.authority.front().ttl = 17;
  world.resolver_says(first_name, rr_type::cname, aged);
  EXPECT_EQ(world.examine().diagnosed->records[0].until, dns_world::now + std::chrono::seconds{17});
}

TEST(Diagnosis, SaysUntilWhenCachesHoldTheOldValue) {
  dns_world world;
  world.publish_all();
  world.resolver_says(first_name, rr_type::cname,
                      world.positive(first_name, rr_type::cname, "old.example.org"));
  expect_diagnosis(
      world.examine(), 0, stale_positive_cache,
      "The record T1._domainkey.example.com is right on the name servers of example.com. Resolvers may "
      "still hold its old value old.example.org until 2026-11-23T09:10:00Z; wait, there is nothing left to "
      "do.");
}

TEST(Diagnosis, SaysWhereAZoneHasMovedWhileResolversStillAskTheServersOfBefore) {
  dns_world world;
  world.publish_all();
  dns_reply old = world.negative(3);
  ASSERT_NE(old.soa(), nullptr);
  for (auto& each : old.authority)
    if (each.type == rr_type::soa) each.soa.primary = "ns1.old.example";
  world.resolver_says(first_name, rr_type::cname, old);
  const observation seen = world.examine();
  EXPECT_EQ(seen.diagnosed->records[0].code, negative_cache);
  EXPECT_NE(seen.diagnosed->records[0].explanation.find("which has moved to ns1.example.net, ns2.example.net"),
            std::string::npos)
      << seen.diagnosed->records[0].explanation;
}

TEST(Diagnosis, SaysThatTheRegistrarNamesServersOfTwoProvidersOfWhichOneHasTheRecords) {
  dns_world world;
  world.publish_all();
  for (int i : {3, 4}) {
    world_server other = world.servers.front();
    other.name = "ns" + std::to_string(i) + ".other.example";
    other.address = "192.0.2." + std::to_string(i);
    std::erase_if(other.records, [](auto& each) { return each.first.second == rr_type::cname; });
    world.servers.push_back(std::move(other));
  }
  const observation seen = world.examine();
  EXPECT_EQ(seen.diagnosed->records[0].code, auth_inconsistent);
  const std::string& sentence = seen.diagnosed->records[0].explanation;
  EXPECT_TRUE(sentence.starts_with("The registrar names servers of two DNS providers for example.com: of "
                                   "example.net, which have the record")) << sentence;
  EXPECT_NE(sentence.find("of other.example, which have not; take the servers"), std::string::npos) << sentence;
}

TEST(Diagnosis, SaysThatOthersThanOurResolverAreLate) {
  dns_world world;
  world.publish_all();
  world.order.findings[0] = {finding_kind::found, finding_reason::not_visible, {}};
  world.order.findings[1] = {finding_kind::found, finding_reason::not_visible, "old.example.org"};
  const observation seen = world.examine();
  EXPECT_EQ(seen.diagnosed->records[0].code, negative_cache);
  EXPECT_EQ(seen.diagnosed->records[1].code, stale_positive_cache);
  EXPECT_EQ(seen.diagnosed->records[1].observed, "old.example.org");
  EXPECT_EQ(seen.diagnosed->records[2].code, none);
}

TEST(Diagnosis, SaysWhichServersLackTheRecordWithTheirSerials) {
  dns_world world;
  world.publish_all();
  world.servers.push_back(
      {.name = "ns3.example.net", .address = "192.0.2.3", .serial = 2026081499, .records = {}});
  world.servers[2].add("example.com", rr_type::ns, "ns1.example.net");
  const observation seen = world.examine();
  expect_diagnosis(
      seen, 0, auth_inconsistent,
      "Not all name servers of example.com have the record T1._domainkey.example.com: it is at "
      "ns1.example.net (serial 2026081502), ns2.example.net (serial 2026081502), but not at ns3.example.net "
      "(serial 2026081499); wait until all have it, and if that takes more than an hour, check how the zone "
      "is "
      "copied to them.");
  ASSERT_EQ(seen.records[0]->published.size(), 3U);
  EXPECT_EQ(seen.records[0]->published[2],
            (server_sighting{"ns3.example.net", "192.0.2.3", finding_kind::absent, 2026081499}));
}

/// Our resolver sees a zone of its own.
void split(dns_world& world) {
  dns_reply start = world.negative(0);
  start.answer = std::move(start.authority);
  start.authority.clear();
  start.answer.front().soa.primary = "dc1.corp.example.com";
  world.resolver_knows("example.com", rr_type::soa, start);
}

TEST(Diagnosis, SaysThatOnlyAnInternalZoneHasTheRecord) {
  dns_world world;
  split(world);
  for (const char* token : {"T1", "T2", "T3"}) {
    const std::string name = std::string{token} + "._domainkey.example.com";
    world.resolver_knows(name, rr_type::cname,
                         world.positive(name, rr_type::cname, std::string{token} + ".dkim.amazonses.com"));
  }
  expect_diagnosis(
      world.examine(), 0, private_zone,
      "The record T1._domainkey.example.com is seen only inside a private network, not in the public "
      "DNS; publish it in the public zone example.com as a CNAME to T1.dkim.amazonses.com.");
}

TEST(Diagnosis, SaysThatOurResolverSeesAnotherZoneThanTheWorld) {
  dns_world world;
  world.publish_all();
  split(world);
  for (const char* token : {"T1", "T2", "T3"})
    world.resolver_says(std::string{token} + "._domainkey.example.com", rr_type::cname, world.negative(3));
  EXPECT_EQ(world.examine().diagnosed->whole.code, private_zone);
}

TEST(Diagnosis, TakesTheResolverOfBeforeAMoveForNoPrivateZone) {
  dns_world world;
  split(world);
  world.order.zone_at_success = moved_from({"dc1.corp.example.com"});
  world.order.zone_at_success->primary = "dc1.corp.example.com";
  EXPECT_EQ(world.examine().diagnosed->whole.code, ns_changed);
}

TEST(Diagnosis, TakesAZoneWhoseParentNamesOtherServersThanWeKnowForMovedAndNotForPrivate) {
  dns_world world;
  split(world);
  for (const char* token : {"T1", "T2", "T3"}) {
    const std::string name = std::string{token} + "._domainkey.example.com";
    world.resolver_knows(name, rr_type::cname,
                         world.positive(name, rr_type::cname, std::string{token} + ".dkim.amazonses.com"));
  }
  world.above.what = zone_search::outcome::found;
  world.above.where.apex = "example.com";
  world.above.where.delegated_to = {"ns1.new.example", "ns2.new.example"};
  EXPECT_NE(world.examine().diagnosed->whole.code, private_zone);
}

}  // namespace
}  // namespace easydkim::tests
