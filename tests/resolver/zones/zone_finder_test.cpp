// SPDX-License-Identifier: Apache-2.0
// How the zone of a domain is found, among servers that tell the truth or anything else.
#include "resolver/zones/zone_finder.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/strangers.hpp"

namespace easydkim::tests {
namespace {

using namespace std::chrono_literals;
using enum zone_search::outcome;

using names = std::vector<std::string>;

/// What the parent zone, and the resolver, know of a domain whose two servers are outside of it.
const std::string hosted = R"(
  example.test NS ns1.host.test
  example.test NS ns2.host.test
  ns1.host.test A $ns1
  ns2.host.test A $ns2
)";

/// The addresses of these.
const std::string hosts = "ns1.host.test A $ns1\nns2.host.test A $ns2\n";

/// That domain, below a parent zone on `parents` servers.
void publish_hosted(strangers& world, std::size_t parents = 2) {
  const std::string zone = R"(
    example.test SOA 7
    example.test NS ns1.host.test
    example.test NS ns2.host.test
    www.example.test A 192.0.2.1
  )";
  world.serve("ns1", zone);
  world.serve("ns2", zone);
  world.serve_parent("test", parents, hosted);
  world.resolve(hosted);
}

/// The servers of "test", which delegate the domain to a server in itself.
const std::string parent = R"(
  test SOA 1
  test NS ns.test
  example.test NS ns1.example.test
  ns1.example.test A $ns1
)";
const std::string resolver_of_parent = R"(
  test NS ns.nic.net
  ns.nic.net A $parent
)";
const std::string own_zone = R"(
  example.test SOA 7
  example.test NS ns1.example.test
  ns1.example.test A $ns1
)";

TEST(ZoneFinder, FindsTheZoneOfADomainAndItsServers) {
  strangers world;
  publish_hosted(world);

  const zone_search got = world.find("example.test");

  ASSERT_EQ(got.what, found) << got.detail;
  EXPECT_EQ(got.where.apex, "example.test");
  EXPECT_EQ(names_of(got.where), (names{"ns1.host.test", "ns2.host.test"}));
  ASSERT_EQ(got.where.servers[0].addresses.size(), 1U);
  EXPECT_EQ(got.where.servers[0].addresses[0].to_string(), world.address("ns1") + ":53");
  ASSERT_TRUE(got.where.start);
  EXPECT_EQ(got.where.start->soa.serial, 7U);
}

TEST(ZoneFinder, AsksTheResolverForNothingThatCouldHideARecord) {
  strangers world;
  publish_hosted(world);

  world.find("mail.example.test");

  names asked = world.asked_of_resolver();
  std::ranges::sort(asked);
  EXPECT_EQ(asked, (names{"parent1.nic.test A", "parent1.nic.test AAAA", "parent2.nic.test A",
                          "parent2.nic.test AAAA", "test NS"}))
      << "of the zone above, and of nothing at or below the domain";
}

TEST(ZoneFinder, FollowsAReferralWithGlueWhenTheServersAreInTheDomain) {
  strangers world;
  world.serve("parent", parent);
  world.serve("ns1", own_zone);
  world.resolve(resolver_of_parent + "example.test NS ns1.example.test");

  const zone_search got = world.find("example.test");

  ASSERT_EQ(got.what, found) << got.detail;
  EXPECT_EQ(got.where.apex, "example.test");
  EXPECT_EQ(got.where.delegated_to, names{"ns1.example.test"});
  for (const std::string& each : world.asked_of_resolver())
    EXPECT_EQ(each.find("ns1.example.test"), each.npos) << each << ": there is glue";
}

TEST(ZoneFinder, FindsANewRegistrationWhateverTheResolverHasKept) {
  strangers world;
  world.serve("parent", parent);
  world.serve("ns1", own_zone);
  world.resolve(resolver_of_parent);  // says that example.test does not exist

  const zone_search got = world.find("example.test");

  ASSERT_EQ(got.what, found) << got.detail;
  EXPECT_EQ(got.where.apex, "example.test");
}

TEST(ZoneFinder, HearsFromTheParentThatADomainDoesNotExist) {
  strangers world;
  world.serve("parent", "test SOA 1\ntest NS ns.test\nother.test TXT here");
  world.resolve(resolver_of_parent);

  const zone_search got = world.find("example.test");

  EXPECT_EQ(got.what, no_such_domain);
  EXPECT_EQ(got.detail, "test");
}

TEST(ZoneFinder, FindsDomainsThatAreHeldByTheirParentItself) {
  strangers world;
  world.serve("parent", "test SOA 1\ntest NS ns.test\nexample.test TXT here");
  world.resolve(resolver_of_parent);

  const zone_search got = world.find("example.test");

  ASSERT_EQ(got.what, found) << got.detail;
  EXPECT_EQ(got.where.apex, "test");
}

TEST(ZoneFinder, FollowsADelegatedDomainkey) {
  strangers world;
  world.serve("parent", parent);
  world.serve("ns1", own_zone + R"(
    _domainkey.example.test NS keys.mail.net
    _domainkey.example.test NS in._domainkey.example.test
    in._domainkey.example.test A $inside
  )");
  const std::string keys = "_domainkey.example.test SOA 3\n_domainkey.example.test NS keys.mail.net";
  world.serve("keys", keys);
  world.serve("inside", keys);
  world.resolve(resolver_of_parent + "keys.mail.net A $keys");

  const zone_search got = world.find("example.test");

  ASSERT_EQ(got.what, found) << got.detail;
  EXPECT_EQ(got.where.apex, "_domainkey.example.test");
  EXPECT_EQ(names_of(got.where), (names{"in._domainkey.example.test", "keys.mail.net"}));
  for (const std::string& each : world.asked_of_resolver())
    EXPECT_EQ(each.find("_domainkey"), each.npos) << each;
}

TEST(ZoneFinder, AsksAServerThatHoldsBothZonesForTheServersOfTheLower) {
  strangers world;
  world.serve("parent", "test SOA 1\ntest NS ns.test\nexample.test SOA 9\nexample.test NS ns9.host.test\nns9.host.test A $ns9");
  world.serve("ns9", "example.test SOA 9\nexample.test NS ns9.host.test");
  world.resolve(resolver_of_parent);

  const zone_search got = world.find("example.test");

  ASSERT_EQ(got.what, found) << got.detail;
  EXPECT_EQ(got.where.apex, "example.test");
  EXPECT_EQ(names_of(got.where), names{"ns9.host.test"});
}

TEST(ZoneFinder, FindsAZoneWhoseServersAreNotFoundByGlueButByItself) {
  strangers world;
  publish_hosted(world);
  const std::string both = R"(
    example.test SOA 7
    example.test NS ns1.host.test
    example.test NS ns2.host.test
    example.test NS inside.example.test
    inside.example.test A $inside
  )";
  for (const char* each : {"ns1", "ns2", "inside"}) world.serve(each, both);
  const std::string delegation =
      "example.test NS ns1.host.test\nexample.test NS ns2.host.test\nexample.test NS inside.example.test\n"
      "ns1.host.test A $ns1\nns2.host.test A $ns2";
  world.serve_parent("test", 2, delegation);
  world.resolve(delegation);

  const zone_search got = world.find("example.test");

  ASSERT_EQ(got.what, found) << got.detail;
  ASSERT_EQ(names_of(got.where), (names{"inside.example.test", "ns1.host.test", "ns2.host.test"}));
  ASSERT_EQ(got.where.servers[0].addresses.size(), 1U);
  EXPECT_EQ(got.where.servers[0].addresses[0].address.to_string(), world.address("inside"));
  EXPECT_TRUE(got.where.servers[0].is_certain);
}

TEST(ZoneFinder, TakesTheNextServerWhenOneIsLameOrDead) {
  for (const char* ill : {"refused", "servfail", "silence", "zone", "referral"}) {
    strangers world;
    publish_hosted(world);
    world.mode("ns1", ill);  // "zone": answers without AA
    const zone_search got = world.find("example.test");
    ASSERT_EQ(got.what, found) << ill;
    EXPECT_EQ(got.where.apex, "example.test") << ill;
  }
}

TEST(ZoneFinder, SaysWhoFailedWhenNoServerAnswersForItsZone) {
  for (const char* ill : {"refused", "servfail", "zone", "referral", "formerr"}) {
    strangers world;
    publish_hosted(world);
    world.mode("ns1", ill);
    world.mode("ns2", ill);
    const zone_search got = world.find("example.test");
    EXPECT_EQ(got.what, unreachable) << ill;
    EXPECT_EQ(got.answers.size(), 2U) << "who said what is kept";
    EXPECT_TRUE(got.detail == "ns1.host.test" || got.detail == "ns2.host.test") << got.detail;
    EXPECT_EQ(got.where.apex, "example.test");
  }
}

TEST(ZoneFinder, AsksTheParentWhenTheServersThatTheResolverKnowsAreOld) {
  strangers world;
  publish_hosted(world);
  world.mode("ns1", "refused");
  world.mode("ns2", "refused");
  world.serve_parent("test", 2, "example.test NS new.host.test\nnew.host.test A $new");
  world.serve("new", "example.test SOA 8");
  world.resolve(R"(
    example.test NS ns1.host.test
    ns1.host.test A $ns1
  )");

  const zone_search got = world.find("example.test");

  ASSERT_EQ(got.what, found) << got.detail;
  EXPECT_EQ(names_of(got.where), names{"new.host.test"});
}

TEST(ZoneFinder, DoesNotFollowReferralsThatDoNotLeadDown) {
  for (const char* where : {"test", "example.test", "other.test", "."}) {
    strangers world;
    publish_hosted(world);
    const auto refer = [&](const dns_query& query) {
      dns_reply reply{query};
      reply.authorities = {ns_record(where == std::string{"."} ? "" : where, "ns3.host.test")};
      reply.additionals = {address_record("ns3.host.test", world.address("ns3"))};
      return std::vector<dns_action>{{.message = reply.message()}};
    };
    world.serve("ns3", "example.test SOA 1");
    world.act("ns1", refer);
    world.act("ns2", refer);
    EXPECT_EQ(world.find("example.test").what, unreachable) << where;
    EXPECT_EQ(world.server("ns3").count(), 0U) << where;
  }
}

TEST(ZoneFinder, EndsWhateverServersReferTo) {
  // Each referral goes one label down, in a domain that is deeper than anybody is followed.
  strangers world;
  world.registrable = "example.test";
  publish_hosted(world);
  const std::string deep = "a.b.c.d.e.f.g.h.i.j.k.example.test";
  std::string cut = "example.test";
  const auto refer = [&](const dns_query& query) {
    const std::size_t more = deep.size() - cut.size();
    const std::size_t dot = more < 2 ? deep.npos : deep.rfind('.', more - 2);
    cut = deep.substr(dot == deep.npos ? 0 : dot + 1);
    dns_reply reply{query};
    reply.authorities = {ns_record(cut, "ns1.host.test")};
    return std::vector<dns_action>{{.message = reply.message()}};
  };
  world.act("ns1", refer);
  world.act("ns2", refer);

  EXPECT_NE(world.find(deep).what, found);
  EXPECT_LE(world.server("ns1").count() + world.server("ns2").count(), zone_finder::most_questions);
}

TEST(ZoneFinder, TakesNoGlueForNamesOfOthers) {
  strangers world;
  publish_hosted(world);
  const auto refer = [&](const dns_query& query) {
    dns_reply reply{query};
    reply.authorities = {ns_record("_domainkey.example.test", "victim.net")};
    reply.additionals = {address_record("victim.net", world.address("evil"))};
    return std::vector<dns_action>{{.message = reply.message()}};
  };
  world.serve("evil", "_domainkey.example.test SOA 1");
  world.serve("victim", "other.net SOA 1");
  world.act("ns1", refer);
  world.act("ns2", refer);
  world.resolve(hosted + "victim.net A $victim");

  EXPECT_EQ(world.find("example.test").what, unreachable);
  EXPECT_EQ(world.server("evil").count(), 0U);
  EXPECT_EQ(world.server("victim").count(), 1U);
}

TEST(ZoneFinder, LooksAtNoMoreServersThanTheRootHas) {
  strangers world;
  std::string many;
  for (int i = 0; i < 60; ++i) many += "example.test NS ns" + std::to_string(i) + ".host.test\n";
  world.serve_parent("test", 2, many);

  const zone_search got = world.find("example.test");

  EXPECT_EQ(got.what, not_askable);
  EXPECT_EQ(got.where.servers.size(), delegation::most_servers);
  EXPECT_LE(world.resolver_server().count(), 2 * delegation::most_servers + 10);
}

TEST(ZoneFinder, LooksAtFewAddressesOfAName) {
  strangers world;
  publish_hosted(world);
  std::string many = "example.test NS ns1.host.test\nns1.host.test A $ns1\n";
  for (int i = 0; i < 30; ++i) many += "ns1.host.test AAAA 2001:db8::" + std::to_string(i + 1) + "\n";
  world.serve_parent("test", 2, many);
  world.resolve(many);

  const zone_search got = world.find("example.test");

  ASSERT_EQ(got.what, found);
  EXPECT_EQ(got.where.servers[0].addresses.size(), address_book::most_addresses);
  EXPECT_TRUE(got.where.servers[0].addresses[0].address.is_v4());
}

TEST(ZoneFinder, AsksNoPrivateAddressUnlessAllowed) {
  strangers world;
  world.allow_private = false;
  publish_hosted(world);

  const zone_search got = world.find("example.test");

  EXPECT_EQ(got.what, parent_unreachable) << "in this world all addresses are private";
  EXPECT_EQ(world.server("ns1").count() + world.server("ns2").count(), 0U);
}

TEST(ZoneFinder, SaysThatTheResolverIsSilent) {
  strangers world;
  world.resolver_server().behave(behaviour("silence", {}));
  EXPECT_EQ(world.find("example.test").what, no_resolver);
  EXPECT_EQ(world.finder().size(), 0U) << "that says nothing of the domain";
}

TEST(ZoneFinder, TakesSilenceOfOneDomainForNoneOfTheResolver) {
  strangers world;
  world.serve("parent", parent);
  const auto knows =
      scripted_records::parse(scripted_records::role::resolver, world.filled(resolver_of_parent)).behaviour();
  world.resolver_server().behave([knows](const dns_query& query) {
    return lower(query.name) == "example.test" ? std::vector<dns_action>{} : knows(query);
  });

  EXPECT_EQ(world.find("example.test").what, unreachable) << "nobody is at the address of ns1";
}

/// The parent names other.host.test alone, and the zone ns1.host.test beside it.
void publish_with_a_server_of_its_own(strangers& world) {
  publish_hosted(world);
  world.serve_parent("test", 2, "example.test NS other.host.test\nother.host.test A $other\n" + hosts);
  world.serve("other", "example.test SOA 8\nexample.test NS ns1.host.test");
  world.resolve(hosted);
}

TEST(ZoneFinder, JoinsTheServersThatTheZoneNamesToThoseOfItsParent) {
  strangers world;
  publish_with_a_server_of_its_own(world);

  const zone_search got = world.find("example.test");

  ASSERT_EQ(got.what, found) << got.detail;
  EXPECT_EQ(got.where.delegated_to, names{"other.host.test"});
  ASSERT_EQ(names_of(got.where), (names{"ns1.host.test", "other.host.test"}));
  EXPECT_FALSE(got.where.servers[0].is_delegated);
  EXPECT_TRUE(got.where.servers[1].is_delegated);
}

TEST(ZoneFinder, ForgetsServersOfTheZoneWhenItMovesFromAllThatItWasDelegatedTo) {
  strangers world;
  publish_with_a_server_of_its_own(world);
  ASSERT_EQ(names_of(world.find("example.test").where), (names{"ns1.host.test", "other.host.test"}));

  // When it moves to servers of which one is silent, so that the zone's own list cannot be had (T4)
  world.serve_parent("test", 2, "example.test NS ns2.host.test\nexample.test NS new.host.test\nnew.host.test A $new\n" + hosts);
  world.resolve(hosted);
  world.serve("new", "example.test SOA 9");
  world.mode("new", "silence");
  world.clock_step += 2h;

  EXPECT_EQ(names_of(world.find("example.test").where), (names{"new.host.test", "ns2.host.test"}));
}

TEST(ZoneFinder, TakesNoServerThatFewerThanMostOfTheParentsServersGive) {
  strangers world;
  publish_hosted(world);
  world.serve("ns1", "example.test SOA 7\nexample.test NS ns1.host.test\nexample.test NS evil.host.test");
  EXPECT_EQ(names_of(world.find("example.test").where), (names{"ns1.host.test", "ns2.host.test"}));
}

TEST(ZoneFinder, BelievesMostOfTheParentsServers) {
  strangers world;
  publish_hosted(world, 3);
  world.parent_says("parent2", "example.test NS evil.host.test\nevil.host.test A $evil\n" + hosts);
  world.serve("evil", "example.test SOA 666\nexample.test NS evil.host.test");
  for (int i = 0; i < 8; ++i) {
    world.clock_step += 2min;
    const zone_search got = world.find("example.test");
    ASSERT_EQ(got.what, found);
    EXPECT_EQ(names_of(got.where), (names{"ns1.host.test", "ns2.host.test"}));
  }
}

TEST(ZoneFinder, DecidesNothingWhileTheParentsServersDoNotAgree) {
  strangers world;
  publish_hosted(world);
  world.parent_says("parent2", "example.test NS evil.host.test\n" + hosts);
  const zone_search got = world.find("example.test");
  EXPECT_EQ(got.what, disagreement);
  EXPECT_EQ(got.detail, "test");
}

TEST(ZoneFinder, DecidesNothingByAZoneInBetweenThatOneServerAloneLedTo) {
  // Given a look that one of the parent's servers led to a zone in between, the only server of which is hostile
  strangers world;
  world.registrable = "example.sub.test";
  world.serve_parent("test", 2, "sub.test NS dns.sub.test\ndns.sub.test A $dns");
  world.parent_says("parent1", "sub.test NS evil.sub.test\nevil.sub.test A $evil");
  world.serve("dns", "sub.test SOA 1\nsub.test NS dns.sub.test\nexample.sub.test NS ns.host.test");
  world.serve("evil", "sub.test SOA 1\nsub.test NS evil.sub.test\nexample.sub.test NS x.host.test");
  const names liars{"x.host.test"};
  names first;
  for (int i = 0; i < 50 && first != liars; ++i) {
    world.clock_step += 2h;
    first = world.run(world.delegations().find("example.sub.test", effort::look)).servers;
  }
  ASSERT_EQ(first, liars);

  // When a decision is to rest on the delegation at once
  const domain_servers got = world.run(world.delegations().find("example.sub.test", effort::decide));

  EXPECT_EQ(got.what, domain_servers::outcome::disagreement);
}

TEST(ZoneFinder, DecidesNothingWhileOnlyOneOfTheParentsServersAnswers) {
  strangers world;
  publish_hosted(world);
  world.mode("parent1", "silence");
  EXPECT_EQ(world.find("example.test").what, parent_unreachable);
}

TEST(ZoneFinder, FollowsNoReferralOfOneServerAlone) {
  strangers world;
  publish_hosted(world);
  const std::string zone = "example.test SOA 7\nexample.test NS ns1.host.test\nexample.test NS ns2.host.test\n";
  world.serve("ns2", zone + "_domainkey.example.test NS evil.host.test");
  world.serve("evil", "_domainkey.example.test SOA 1");
  EXPECT_EQ(world.find("example.test").what, disagreement);
  EXPECT_EQ(world.server("evil").count(), 0U);
}

TEST(ZoneFinder, TakesOnlyServersOfACutThatMostOfThoseThatClaimItGive) {
  strangers world;
  publish_hosted(world);
  const std::string zone = "example.test SOA 7\nexample.test NS ns1.host.test\nexample.test NS ns2.host.test\n";
  const std::string own = "_domainkey.example.test NS ns1.host.test\n_domainkey.example.test NS ns2.host.test\n";
  world.serve("ns1", zone + "_domainkey.example.test SOA 1\n" + own);
  world.serve("ns2", zone + "_domainkey.example.test SOA 1\n" + own + "_domainkey.example.test NS evil.host.test");
  const zone_search got = world.find("example.test");
  ASSERT_EQ(got.what, found) << got.detail;
  EXPECT_EQ(got.where.apex, "_domainkey.example.test");
  EXPECT_EQ(names_of(got.where), (names{"ns1.host.test", "ns2.host.test"}));
}

TEST(ZoneFinder, LetsNoServerShrinkTheSetOfTheZoneBelowToItself) {
  strangers world;
  publish_hosted(world);
  const std::string zone = "example.test SOA 7\nexample.test NS ns1.host.test\nexample.test NS ns2.host.test\n";
  const std::string below = zone + "_domainkey.example.test SOA 1\n_domainkey.example.test NS ns2.host.test\n";
  world.serve("ns1", below + "_domainkey.example.test NS ns1.host.test");
  world.serve("ns2", below);
  EXPECT_EQ(world.find("example.test").what, disagreement);
}

TEST(ZoneFinder, FindsServersThatLieInTheZoneBelowThatTheyServe) {
  strangers world;
  publish_hosted(world);
  const std::string zone = "example.test SOA 7\nexample.test NS ns1.host.test\nexample.test NS ns2.host.test\n";
  for (const char* each : {"ns1", "ns2"})
    world.serve(each, zone + "mail.example.test NS in.mail.example.test\nin.mail.example.test A $inside");
  world.serve("inside", R"(
    mail.example.test SOA 1
    mail.example.test NS in.mail.example.test
    in.mail.example.test A $inside
    _domainkey.mail.example.test SOA 2
    _domainkey.mail.example.test NS in.mail.example.test
  )");

  const zone_search got = world.find("mail.example.test");

  ASSERT_EQ(got.what, found) << got.detail;
  EXPECT_EQ(got.where.apex, "_domainkey.mail.example.test");
  ASSERT_EQ(names_of(got.where), names{"in.mail.example.test"});
  EXPECT_TRUE(got.where.servers[0].is_certain);
}

TEST(ZoneFinder, DecidesNothingByAnAddressThatOnlyTheResolverGives) {
  strangers world;
  publish_hosted(world);
  world.serve_parent("test", 2, "example.test NS ns1.host.net\nexample.test NS ns2.host.net");
  world.resolve("ns1.host.net A $ns1\nns2.host.net A $ns2");
  const zone_search got = world.find("example.test");
  ASSERT_EQ(got.what, found) << "it is good for looking";
  EXPECT_FALSE(got.where.servers[0].is_certain);
}

TEST(ZoneFinder, AsksTheResolverForNoServerBelowTheDomainThatAProviderNames) {
  strangers world;
  world.serve_parent("test", 2, R"(
    prov.test NS dns1.prov.test
    prov.test NS h.example.test
    dns1.prov.test A $dns1
    example.test NS a.prov.test
    example.test NS b.prov.test
  )");
  world.resolve("dns1.prov.test A $dns1");
  world.serve("dns1", "prov.test SOA 1\nprov.test NS dns1.prov.test\nprov.test NS h.example.test");
  world.find("example.test");
  EXPECT_GT(world.server("dns1").count(), 0U);
  for (const std::string& each : world.asked_of_resolver())
    EXPECT_EQ(each.find("example.test"), each.npos) << each << ": what it learns so, it confirms";
}

TEST(ZoneFinder, KeepsNoAddressForOthersThatOneServerAloneLedTo) {
  // Given a provider of which one server refers names to a liar, and the other is silenced
  strangers world;
  world.serve_parent("test", 2, R"(
    prov.test NS dns1.prov.test
    prov.test NS dns2.prov.test
    dns1.prov.test A $dns1
    dns2.prov.test A $dns2
    evil.test NS x.evil.test
    x.evil.test A $x
    example.test NS a.prov.test
    example.test NS b.prov.test
  )");
  world.resolve("dns1.prov.test A $dns1");
  world.serve("dns1", "prov.test SOA 1\nprov.test NS dns1.prov.test\nprov.test NS dns2.prov.test\n"
                      "a.prov.test NS x.evil.test\nb.prov.test NS x.evil.test");
  world.serve("dns2", "prov.test SOA 1");
  world.mode("dns2", "silence");
  std::string below = "evil.test SOA 1\nevil.test NS x.evil.test\nx.evil.test A $x\n", at_liar = "example.test SOA 1\n";
  for (const std::string name : {"a.prov.test", "b.prov.test"}) {
    below += name + " SOA 1\n" + name + " NS x.evil.test\n_domainkey." + name + " NS " + name + "\n" + name + " A $liar\n";
    at_liar += "_domainkey." + name + " SOA 1\n_domainkey." + name + " NS " + name + "\n";
  }
  world.serve("x", below);
  world.serve("liar", at_liar);

  // When the liar's names are looked for themselves, as if somebody wanted to verify them
  for (const char* each : {"a.prov.test", "b.prov.test"}) world.find(each);

  // Then that says nothing to another domain
  for (const zone_server& each : world.find("example.test").where.servers) EXPECT_FALSE(each.is_certain) << each.name;
}

TEST(ZoneFinder, TakesNoAddressesOfServersFromTwoOfFiveWhereTheOthersWereTalkedAway) {
  // Given a cut whose glue one of two servers above talks away, of all but two hostile ones
  strangers world;
  publish_hosted(world);
  std::string own = "_domainkey.example.test SOA 1\n", right, evil;
  for (const std::string n : {"1", "2", "3", "4", "5"}) {
    const std::string name = "k" + n + "._domainkey.example.test";
    const bool is_hostile = n == "3" || n == "5";
    own += "_domainkey.example.test NS " + name + "\n";
    right += name + " A $k" + n + "\n";
    evil += name + " A " + (is_hostile ? "$k" + n : "$evil") + "\n";
  }
  const std::string above = "example.test SOA 7\nexample.test NS ns1.host.test\nexample.test NS ns2.host.test\n";
  const std::string cut = own.substr(own.find('\n') + 1);
  world.serve("ns1", above + cut + right);
  world.serve("ns2", above + cut + evil);
  const std::string record = "token._domainkey.example.test CNAME token.dkim.example.net";
  for (const char* each : {"k1", "k2", "k4"}) world.serve(each, own + right + record);
  for (const char* each : {"k3", "k5", "evil"}) world.serve(each, own + evil);

  // When a decision is to rest on it
  zone_query all{.domain = "example.test", .name = "token._domainkey.example.test"};
  all.type = rr_type::cname;
  all.how = effort::decide;
  const zone_reply reply = world.run(world.finder().ask(all));

  // Then the two do not say where the others are, and do not speak for them
  ASSERT_EQ(reply.search.what, found);
  ASSERT_EQ(reply.answers.size(), 5U);
  for (const std::size_t i : {0U, 1U, 3U}) EXPECT_FALSE(reply.answers[i].is_certain) << reply.answers[i].server();
  look_order order;
  order.label = "token";
  order.domain = "example.test";
  order.suffix = "dkim.example.net";
  order.how = look_order::extent::full;
  EXPECT_FALSE(world.look(order).decides_loss);
}

TEST(ZoneFinder, TakesNothingAwayByAddressesThatAMinorityOfAProvidersServersGives) {
  // Given a provider with five servers, of which two are hostile and three are silenced
  strangers world;
  std::string above = "example.test NS a.prov.test\nexample.test NS b.prov.test\n", zone = "prov.test SOA 1\n";
  for (const std::string n : {"1", "2", "3", "4", "5"}) {
    above += "prov.test NS dns" + n + ".prov.test\ndns" + n + ".prov.test A $dns" + n + "\n";
    zone += "prov.test NS dns" + n + ".prov.test\n";
  }
  world.timeout = 200ms;
  world.serve_parent("test", 2, above);
  for (const char* each : {"dns1", "dns2"}) world.serve(each, zone + "a.prov.test A $liar\nb.prov.test A $liar");
  for (const char* each : {"dns3", "dns4", "dns5"}) {
    world.serve(each, zone);
    world.mode(each, "silence");
  }
  world.serve("liar", "example.test SOA 1\nexample.test NS a.prov.test\nexample.test NS b.prov.test");

  look_order order;
  order.label = "token";
  order.domain = "example.test";
  order.suffix = "dkim.example.net";
  order.how = look_order::extent::full;
  const record_look look = world.look(order);

  EXPECT_EQ(look.seen.kind, finding_kind::absent) << "they are good for Success";
  EXPECT_FALSE(look.decides_loss);
}

TEST(ZoneFinder, LooksByOneQuestionAndOneForTheDelegationAnHour) {
  strangers world;
  publish_hosted(world);
  zone_query poll{.domain = "example.test", .name = "token._domainkey.example.test"};
  poll.type = rr_type::cname;
  for (int i = 0; i < 5; ++i) {
    const zone_reply reply = world.run(world.finder().ask(poll));
    ASSERT_EQ(reply.search.what, found);
    ASSERT_EQ(reply.answers.size(), 1U);
  }
  EXPECT_EQ(world.server("ns1").count() + world.server("ns2").count(), 5U);
  EXPECT_EQ(world.server("parent1").count() + world.server("parent2").count(), 1U);
}

TEST(ZoneFinder, SeesAMoveOnceNobodyOfTheOldServersAnswers) {
  strangers world;
  publish_hosted(world);
  zone_query poll{.domain = "example.test", .name = "token._domainkey.example.test"};
  poll.type = rr_type::cname;
  ASSERT_EQ(world.run(world.finder().ask(poll)).search.what, found);
  world.mode("ns1", "refused");
  world.mode("ns2", "refused");
  world.serve_parent("test", 2, "example.test NS new.host.test\nnew.host.test A $new");
  world.serve("new", "example.test SOA 8");
  world.clock_step = 61s;

  const zone_reply reply = world.run(world.finder().ask(poll));

  ASSERT_EQ(reply.answers.size(), 1U);
  EXPECT_EQ(reply.answers[0].name, "new.host.test");
}

TEST(ZoneFinder, ReplacesOldGlueByWhatMostOfTheServersGive) {
  for (const std::size_t servers : {3U, 2U}) {
    strangers world;
    std::string zone = "example.test SOA 7\n";
    std::string delegation;
    for (std::size_t i = 1; i <= servers; ++i) {
      const std::string n = std::to_string(i);
      zone += "example.test NS ns" + n + ".example.test\nns" + n + ".example.test A $ns" + n + "\n";
      delegation += "example.test NS ns" + n + ".example.test\n";
      delegation += "ns" + n + ".example.test A $" + (i == 1 ? "gone" : "ns" + n) + "\n";
    }
    for (std::size_t i = 1; i <= servers; ++i) world.serve("ns" + std::to_string(i), zone);
    world.timeout = 200ms;
    world.serve_parent("test", 2, delegation);

    zone_query all{.domain = "example.test", .name = "token._domainkey.example.test"};
    all.type = rr_type::cname;
    all.how = effort::decide;
    const zone_reply reply = world.run(world.finder().ask(all));

    ASSERT_EQ(reply.search.what, found);
    ASSERT_EQ(reply.answers.size(), servers);
    EXPECT_EQ(reply.answers[0].counts, servers == 3) << "one of two alone vouches for the other";
    EXPECT_EQ(reply.search.glue.empty(), servers == 3);
  }
}

TEST(ZoneFinder, KeepsWhatItFoundForItsTtl) {
  strangers world;
  publish_hosted(world);
  world.find("example.test");
  const auto questions = [&] {
    return world.resolver_server().count() + world.server("ns1").count() + world.server("ns2").count();
  };
  const std::size_t before = questions();

  world.clock_step = 59s;  // the TTL of all records is a minute
  EXPECT_EQ(world.find("example.test").what, found);
  EXPECT_EQ(questions(), before + 2) << "the question itself, at both";

  world.clock_step = 61s;
  EXPECT_EQ(world.find("example.test").what, found);
  EXPECT_GT(questions(), before);
}

TEST(ZoneFinder, KeepsWhatItDidNotFindForAShortTime) {
  strangers world;
  world.serve("parent", "test SOA 1\ntest NS ns.test");
  world.resolve(resolver_of_parent);
  EXPECT_EQ(world.find("example.test").what, no_such_domain);
  world.serve("parent", parent);
  world.serve("ns1", own_zone);
  EXPECT_EQ(world.find("example.test").what, no_such_domain);
  world.clock_step = 61s;
  EXPECT_EQ(world.find("example.test").what, found);
}

TEST(ZoneFinder, SearchesOnceForAllWhoAskAtTheSameTime) {
  strangers world;
  publish_hosted(world);
  int ended = 0;
  for (int i = 0; i < 20; ++i)
    boost::asio::co_spawn(world.io, world.finder().find("example.test"),
                          [&](std::exception_ptr failed, const zone_search& got) {
                            EXPECT_FALSE(failed);
                            EXPECT_EQ(got.what, found);
                            ++ended;
                          });
  world.find("example.test");
  while (ended < 20) {
    world.io.restart();
    ASSERT_GT(world.io.run_one_for(10s), 0U);
  }
  EXPECT_EQ(world.resolver_server().count(), 5U);
}

TEST(ZoneFinder, SaysThatServersAreBusyAndDoesNotTakeThemForDead) {
  strangers world;
  world.serve("ns1", "example.test SOA 7");
  const std::string delegation = "example.test NS ns1.host.test\nns1.host.test A $ns1";
  world.serve_parent("test", 2, delegation);
  world.resolve(delegation);
  world.treatment = {.queries_per_second = 0.1};
  for (int i = 0; i < server_courtesy::most_burst; ++i)
    world.courtesy().asked({boost::asio::ip::make_address(world.address("ns1"))}, steady_now());

  const zone_search got = world.find("example.test");
  EXPECT_EQ(got.what, busy);
  ASSERT_TRUE(got.ready_at);
  EXPECT_EQ(world.server("ns1").count(), 0U);
}

TEST(ZoneFinder, IsDroppedInTheMiddleOfASearch) {
  strangers world;
  publish_hosted(world);
  world.mode("ns1", "silence");
  world.mode("ns2", "silence");
  for (int i = 0; i < 3; ++i)
    boost::asio::co_spawn(
        world.io, world.finder().find("example.test"),
        [](std::exception_ptr, const zone_search&) { FAIL() << "nobody is there any more"; });
  world.io.run_for(200ms);
}

}  // namespace
}  // namespace easydkim::tests
