// How the zone of a domain is found, among servers that tell the truth or anything else.
#include "resolver/zone_directory.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/resolver/strangers.hpp"

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

TEST(ZoneDirectory, FindsTheZoneOfADomainAndItsServers) {
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

TEST(ZoneDirectory, AsksTheResolverForNothingThatCouldHideARecord) {
  strangers world;
  publish_hosted(world);

  world.find("mail.example.test");

  names asked = world.asked_of_resolver();
  std::ranges::sort(asked);
  EXPECT_EQ(asked, (names{"example.test NS", "ns1.host.test A", "ns1.host.test AAAA", "ns2.host.test A",
                          "ns2.host.test AAAA"}));
}

TEST(ZoneDirectory, FollowsAReferralWithGlueWhenTheServersAreInTheDomain) {
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

TEST(ZoneDirectory, FindsANewRegistrationWhateverTheResolverHasKept) {
  strangers world;
  world.serve("parent", parent);
  world.serve("ns1", own_zone);
  world.resolve(resolver_of_parent);  // says that example.test does not exist

  const zone_search got = world.find("example.test");

  ASSERT_EQ(got.what, found) << got.detail;
  EXPECT_EQ(got.where.apex, "example.test");
}

TEST(ZoneDirectory, HearsFromTheParentThatADomainDoesNotExist) {
  strangers world;
  world.serve("parent", "test SOA 1\ntest NS ns.test\nother.test TXT here");
  world.resolve(resolver_of_parent);

  const zone_search got = world.find("example.test");

  EXPECT_EQ(got.what, no_such_domain);
  EXPECT_EQ(got.detail, "test");
}

TEST(ZoneDirectory, FindsDomainsThatAreHeldByTheirParentItself) {
  strangers world;
  world.serve("parent", "test SOA 1\ntest NS ns.test\nexample.test TXT here");
  world.resolve(resolver_of_parent);

  const zone_search got = world.find("example.test");

  ASSERT_EQ(got.what, found) << got.detail;
  EXPECT_EQ(got.where.apex, "test");
}

TEST(ZoneDirectory, FollowsADelegatedDomainkey) {
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

TEST(ZoneDirectory, AsksAServerThatHoldsBothZonesForTheServersOfTheLower) {
  strangers world;
  world.serve("parent", "test SOA 1\ntest NS ns.test\nexample.test SOA 9\nexample.test NS ns9.host.net");
  world.serve("ns9", "example.test SOA 9");
  world.resolve(resolver_of_parent + "ns9.host.net A $ns9");

  const zone_search got = world.find("example.test");

  ASSERT_EQ(got.what, found) << got.detail;
  EXPECT_EQ(got.where.apex, "example.test");
  EXPECT_EQ(names_of(got.where), names{"ns9.host.net"});
  EXPECT_TRUE(got.where.delegated_to.empty());
}

TEST(ZoneDirectory, FindsAZoneWhoseServersAreNotFoundByGlueButByItself) {
  strangers world;
  publish_hosted(world);
  const std::string both = R"(
    example.test SOA 7
    example.test NS ns1.host.test
    example.test NS inside.example.test
    inside.example.test A $ns2
  )";
  world.serve("ns1", both);
  world.serve("ns2", both);
  const std::string delegation =
      "example.test NS ns1.host.test\nexample.test NS inside.example.test\nns1.host.test A $ns1";
  world.serve_parent("test", 2, delegation);
  world.resolve(delegation);

  const zone_search got = world.find("example.test");

  ASSERT_EQ(got.what, found) << got.detail;
  ASSERT_EQ(names_of(got.where), (names{"inside.example.test", "ns1.host.test"}));
  ASSERT_EQ(got.where.servers[0].addresses.size(), 1U);
  EXPECT_EQ(got.where.servers[0].addresses[0].address.to_string(), world.address("ns2"));
}

TEST(ZoneDirectory, TakesTheNextServerWhenOneIsLameOrDead) {
  for (const char* ill : {"refused", "servfail", "silence", "zone", "referral"}) {
    strangers world;
    publish_hosted(world);
    world.mode("ns1", ill);  // "zone": answers without AA
    const zone_search got = world.find("example.test");
    ASSERT_EQ(got.what, found) << ill;
    EXPECT_EQ(got.where.apex, "example.test") << ill;
  }
}

TEST(ZoneDirectory, SaysWhoFailedWhenNoServerAnswersForItsZone) {
  for (const char* ill : {"refused", "servfail", "zone", "referral", "formerr"}) {
    strangers world;
    publish_hosted(world);
    world.mode("ns1", ill);
    world.mode("ns2", ill);
    const zone_search got = world.find("example.test");
    EXPECT_EQ(got.what, unreachable) << ill;
    EXPECT_TRUE(got.detail == "ns1.host.test" || got.detail == "ns2.host.test") << got.detail;
    EXPECT_EQ(got.where.apex, "example.test");
  }
}

TEST(ZoneDirectory, AsksTheParentWhenTheServersThatTheResolverKnowsAreOld) {
  strangers world;
  publish_hosted(world);
  world.mode("ns1", "refused");
  world.mode("ns2", "refused");
  world.serve_parent("test", 2, "example.test NS new.host.net");
  world.serve("new", "example.test SOA 8");
  world.resolve(R"(
    example.test NS ns1.host.test
    ns1.host.test A $ns1
    new.host.net A $new
  )");

  const zone_search got = world.find("example.test");

  ASSERT_EQ(got.what, found) << got.detail;
  EXPECT_EQ(names_of(got.where), names{"new.host.net"});
}

TEST(ZoneDirectory, DoesNotFollowReferralsThatDoNotLeadDown) {
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

TEST(ZoneDirectory, EndsWhateverServersReferTo) {
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

  EXPECT_EQ(world.find(deep).what, unreachable);
  EXPECT_LE(world.server("ns1").count() + world.server("ns2").count(), 20U) << "from here, and from above";
}

TEST(ZoneDirectory, TakesNoGlueForNamesOfOthers) {
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

TEST(ZoneDirectory, LooksAtNoMoreServersThanTheRootHas) {
  strangers world;
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "example.test NS ns" + std::to_string(i) + ".host.test\n";
  world.resolve(many);

  const zone_search got = world.find("example.test");

  EXPECT_EQ(got.what, not_askable);
  EXPECT_EQ(got.where.servers.size(), delegation::most_servers);
  EXPECT_LE(world.resolver_server().count(), 2 * delegation::most_servers + 5);
}

TEST(ZoneDirectory, LooksAtFewAddressesOfAName) {
  strangers world;
  publish_hosted(world);
  std::string many = "example.test NS ns1.host.test\nns1.host.test A $ns1\n";
  for (int i = 0; i < 100; ++i) many += "ns1.host.test AAAA 2001:db8::" + std::to_string(i + 1) + "\n";
  world.serve_parent("test", 2, many);
  world.resolve(many);

  const zone_search got = world.find("example.test");

  ASSERT_EQ(got.what, found);
  EXPECT_EQ(got.where.servers[0].addresses.size(), address_book::most_addresses);
  EXPECT_TRUE(got.where.servers[0].addresses[0].address.is_v4());
}

TEST(ZoneDirectory, AsksNoPrivateAddressUnlessAllowed) {
  strangers world;
  world.allow_private = false;
  publish_hosted(world);

  const zone_search got = world.find("example.test");

  EXPECT_EQ(got.what, not_askable);
  EXPECT_TRUE(got.where.some_private);
  EXPECT_EQ(world.server("ns1").count() + world.server("ns2").count(), 0U);
}

TEST(ZoneDirectory, SaysThatTheResolverIsSilent) {
  strangers world;
  world.resolver_server().behave(behaviour("silence", {}));
  EXPECT_EQ(world.find("example.test").what, no_resolver);
  EXPECT_EQ(world.directory().size(), 0U) << "that says nothing of the domain";
}

TEST(ZoneDirectory, TakesSilenceOfOneDomainForNoneOfTheResolver) {
  strangers world;
  world.serve("parent", parent);
  const auto knows =
      scripted_records::parse(scripted_records::role::resolver, world.filled(resolver_of_parent)).behaviour();
  world.resolver_server().behave([knows](const dns_query& query) {
    return lower(query.name) == "example.test" ? std::vector<dns_action>{} : knows(query);
  });

  EXPECT_EQ(world.find("example.test").what, unreachable) << "nobody is at the address of ns1";
}

TEST(ZoneDirectory, FindsTheServersThatTheParentNamesWhateverTheZoneSaysOfItself) {
  strangers world;
  publish_hosted(world);
  world.serve_parent("test", 2, "example.test NS other.host.net");
  world.serve("other", "example.test SOA 8\nexample.test NS ns1.host.test");
  world.resolve(R"(
    example.test NS ns1.host.test
    ns1.host.test A $ns1
    other.host.net A $other
  )");

  EXPECT_EQ(names_of(world.find("example.test").where), names{"ns1.host.test"});
  const zone_search above = world.run(world.directory().find_from_above("example.test"));
  ASSERT_EQ(above.what, found) << above.detail;
  EXPECT_EQ(above.where.delegated_to, names{"other.host.net"});
  EXPECT_EQ(names_of(above.where), names{"other.host.net"});
}

TEST(ZoneDirectory, KeepsWhatItFoundForItsTtl) {
  strangers world;
  publish_hosted(world);
  world.find("example.test");
  const auto questions = [&] {
    return world.resolver_server().count() + world.server("ns1").count() + world.server("ns2").count();
  };
  const std::size_t before = questions();

  world.clock_step = 59s;  // the TTL of all records is a minute
  EXPECT_EQ(world.find("example.test").what, found);
  EXPECT_EQ(questions(), before);

  world.clock_step = 61s;
  EXPECT_EQ(world.find("example.test").what, found);
  EXPECT_GT(questions(), before);
}

TEST(ZoneDirectory, KeepsWhatItDidNotFindForAShortTime) {
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

TEST(ZoneDirectory, KeepsNoMoreZonesThanItMay) {
  strangers world;
  world.max_zones = 10;
  publish_hosted(world);
  for (int i = 0; i < 50; ++i) world.find("m" + std::to_string(i) + ".example.test");
  EXPECT_EQ(world.directory().size(), 10U);
}

TEST(ZoneDirectory, LooksAgainForWhatItShouldForgetButNotOften) {
  strangers world;
  publish_hosted(world);
  world.find("example.test");
  world.directory().forget("token._domainkey.example.test");
  EXPECT_EQ(world.directory().size(), 1U) << "it was found just now";
  world.clock_step = zone_directory::rediscovery;
  world.directory().forget("token._domainkey.other.test");
  EXPECT_EQ(world.directory().size(), 1U) << "another domain";
  world.directory().forget("token._domainkey.example.test");
  EXPECT_EQ(world.directory().size(), 0U);
}

TEST(ZoneDirectory, SearchesOnceForAllWhoAskAtTheSameTime) {
  strangers world;
  publish_hosted(world);
  int ended = 0;
  for (int i = 0; i < 20; ++i)
    boost::asio::co_spawn(world.io, world.directory().find("example.test"),
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

TEST(ZoneDirectory, SaysThatServersAreBusyAndDoesNotTakeThemForDead) {
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
  EXPECT_EQ(world.directory().size(), 0U) << "and keeps nothing of it";
}

TEST(ZoneDirectory, IsDroppedInTheMiddleOfASearch) {
  strangers world;
  publish_hosted(world);
  world.mode("ns1", "silence");
  world.mode("ns2", "silence");
  for (int i = 0; i < 3; ++i)
    boost::asio::co_spawn(
        world.io, world.directory().find("example.test"),
        [](std::exception_ptr, const zone_search&) { FAIL() << "nobody is there any more"; });
  world.io.run_for(200ms);
}

}  // namespace
}  // namespace easydkim::tests
