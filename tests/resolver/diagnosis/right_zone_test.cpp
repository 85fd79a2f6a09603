// SPDX-License-Identifier: Apache-2.0
// That nothing is said of zones that are right, and that no diagnosis costs more than its budget.
#include "tests/resolver/diagnosis/dns_world.hpp"

namespace easydkim::tests {
namespace {

using enum diagnosis_code;

TEST(Diagnosis, SaysNothingOfARightZone) {
  dns_world world;
  world.publish_all();
  const observation seen = world.examine();
  expect_nothing(seen);
  for (std::size_t i = 0; i < records_per_identity; ++i) {
    EXPECT_EQ(seen.records[i]->visible, record_sighting::visibility::visible);
    EXPECT_EQ(seen.records[i]->published.size(), 2U);
  }
  EXPECT_EQ(seen.zone->servers, (std::vector<std::string>{"ns1.example.net", "ns2.example.net"}));
  EXPECT_EQ(seen.zone->primary, "ns1.example.net");
  EXPECT_EQ(seen.zone->serial, 2026081502U);
}

TEST(Diagnosis, SaysNothingOfARightZoneWithWildcards) {
  dns_world world;
  world.publish_all();
  world.publish("*.example.com", rr_type::a, "192.0.2.80");
  world.publish("*.example.com", rr_type::txt, "v=spf1 -all");
  expect_nothing(world.examine());

  world.publish("*._domainkey.example.com", rr_type::txt, "v=DKIM1; p=");
  expect_nothing(world.examine());

  dns_world alias;
  alias.publish_all();
  alias.publish("*._domainkey.example.com", rr_type::cname, "www.example.org");
  expect_nothing(alias.examine());
}

TEST(Diagnosis, SaysNothingOfARightZoneThatDeniesCompactly) {
  dns_world world;
  for (auto& each : world.servers) each.denies_compactly = true;
  world.publish_all();
  expect_nothing(world.examine());
}

TEST(Diagnosis, SaysNothingOfARightZoneOfItsOwnForDomainkey) {
  dns_world world{"example.com", "_domainkey.example.com"};
  world.publish_all();
  expect_nothing(world.examine());
}

TEST(Diagnosis, SaysNothingOfMixedCase) {
  dns_world world;
  world.order.naming.target_suffix = "DKIM.AmazonSES.com";
  world.publish_all();
  expect_nothing(world.examine());
}

TEST(Diagnosis, SaysNothingOfSignatures) {
  dns_world world;
  world.publish_all();
  for (const char* token : {"T1", "T2", "T3"})
    for (auto& each : world.servers)
      each.add(std::string{token} + "._domainkey.example.com", rr_type::rrsig, "");
  expect_nothing(world.examine());
}

TEST(Diagnosis, SaysNothingOfASecondServerWhenThereIsOnlyOne) {
  dns_world world;
  world.publish_all();
  world.servers.pop_back();
  world.order.search.where.delegated_to = {"ns1.example.net"};
  expect_nothing(world.examine());
}

TEST(Diagnosis, AsksNoMoreThanItsBudget) {
  for (std::size_t budget = 0; budget <= examination_order::most_questions; ++budget) {
    dns_world world;
    world.order.budget = budget;
    for (auto& each : world.servers) each.denies_compactly = true;
    world.publish("T2._domainkey.example.com", rr_type::txt, "something else");
    world.examine();
    EXPECT_LE(world.questions(), budget);
  }
}

TEST(Diagnosis, SaysWhatIsKnownWhenTheBudgetEnds) {
  dns_world world;
  world.order.budget = 6;
  expect_diagnosis(
      world.examine(), 2, not_published,
      "ns1.example.net (192.0.2.1) answers that T3._domainkey.example.com does not exist yet; publish it as "
      "a CNAME to T3.dkim.amazonses.com (in most DNS panels its host is T3._domainkey).");
}

TEST(Diagnosis, KeepsItsBudgetWithManyServersOfAZoneWhereNothingIsRight) {
  dns_world world;
  for (int i = 3; i <= 13; ++i) {
    world_server more = world.servers.front();
    more.name = "ns" + std::to_string(i) + ".example.net";
    more.address = "192.0.2." + std::to_string(i);
    world.servers.push_back(std::move(more));
  }
  for (auto& each : world.servers) each.denies_compactly = true;
  world.publish("T1._domainkey.example.com.example.com", rr_type::cname, "T1.dkim.amazonses.com");
  const observation seen = world.examine();
  EXPECT_EQ(seen.diagnosed->records[0].code, double_domain);
  EXPECT_EQ(seen.diagnosed->records[1].code, not_published);
}

TEST(Diagnosis, AsksAllOfManyServersWhetherTheyHaveWhatSomeHave) {
  dns_world world;
  world.publish_all();
  for (int i = 3; i <= 7; ++i) {
    world_server more = world.servers.front();
    more.name = "ns" + std::to_string(i) + ".example.net";
    more.address = "192.0.2." + std::to_string(i);
    world.servers.push_back(std::move(more));
  }
  std::erase_if(world.servers.back().records, [](auto& each) { return each.first.second == rr_type::cname; });
  const observation seen = world.examine();
  EXPECT_EQ(seen.diagnosed->records[0].code, auth_inconsistent);
  ASSERT_TRUE(seen.records[0]);
  EXPECT_EQ(seen.records[0]->published.size(), 7U);
  EXPECT_EQ(seen.records[0]->published.back().has, finding_kind::absent);
}

TEST(Diagnosis, KeepsTheAnswersAsEvidence) {
  dns_world world;
  world.publish_all();
  const observation seen = world.examine();
  ASSERT_FALSE(seen.answers.empty());
  EXPECT_EQ(seen.answers.front(), (answer_seen{.at = dns_world::now,
                                               .name = with_tokens("T1._domainkey.example.com"),
                                               .type = "CNAME",
                                               .server = "ns1.example.net (192.0.2.1)",
                                               .rcode = "NOERROR",
                                               .flags = "aa",
                                               .target = with_tokens("T1.dkim.amazonses.com"),
                                               .ttl = 600,
                                               .extended_error = ""}));
}

TEST(Diagnosis, AsksOnlyTheResolverWhereNoOtherMayBeAsked) {
  dns_world world;
  world.order.asked = examination_order::witness::resolver;
  for (auto& each : world.servers) each.does = world_server::manner::silent;
  world.publish("T1._domainkey.example.com", rr_type::cname, "T2.dkim.amazonses.com");
  world.publish("T2.domainkey.example.com", rr_type::cname, "T2.dkim.amazonses.com");
  const observation seen = world.examine();
  EXPECT_EQ(seen.diagnosed->records[0].code, tokens_crossed);
  EXPECT_EQ(seen.diagnosed->records[1].code, underscore_refused);
  EXPECT_EQ(seen.diagnosed->records[2].code, not_published);
  EXPECT_TRUE(seen.zone);
}

}  // namespace
}  // namespace easydkim::tests
