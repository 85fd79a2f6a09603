// SPDX-License-Identifier: Apache-2.0
// What is said of a domain before anything is published.
#include "tests/resolver/diagnosis/dns_world.hpp"

namespace easydkim::tests {
namespace {

/// "CODE: message", one a line.
std::string text_of(const domain_inspection& seen) {
  std::string text;
  for (const domain_warning& each : seen.warnings) text += each.code + ": " + each.message + "\n";
  return text;
}

TEST(Inspection, WarnsOfNothingInARightZone) {
  dns_world world{"mail.example.com"};
  const domain_inspection seen = world.inspect();
  EXPECT_EQ(text_of(seen), "");
  EXPECT_EQ(seen.domain.text(), "mail.example.com");
  EXPECT_EQ(seen.zone, "example.com");
  EXPECT_EQ(seen.servers, (std::vector<std::string>{"ns1.example.net", "ns2.example.net"}));
}

TEST(Inspection, WarnsOfADomainThatDoesNotExist) {
  dns_world world;
  world.order.search = {.what = zone_search::outcome::no_such_domain, .where = {}, .detail = "com"};
  EXPECT_EQ(text_of(world.inspect()),
            "NO_SUCH_DOMAIN: example.com does not exist: it is not in the zone com; register or renew it, or "
            "verify the "
            "right name.\n");
}

TEST(Inspection, WarnsOfABrokenDelegation) {
  dns_world world;
  world.order.search = {.what = zone_search::outcome::unreachable, .where = {}, .detail = "ns1.gone.example"};
  EXPECT_EQ(text_of(world.inspect()),
            "AUTH_UNREACHABLE: The name servers of example.com (ns1.gone.example) do not answer for it; mend "
            "the NS "
            "records of the domain before publishing.\n");
}

TEST(Inspection, WarnsOfAServerThatIsLame) {
  dns_world world;
  world.servers[1].does = world_server::manner::refuses;
  EXPECT_EQ(text_of(world.inspect()),
            "AUTH_UNREACHABLE: Of the name servers of example.com some do not answer for it (ns2.example.net "
            "(192.0.2.2) refuses to answer for the zone (REFUSED)); have them mended, or take them out of "
            "the NS records.\n");
}

TEST(Inspection, WarnsOfBrokenSignatures) {
  dns_world world;
  world.resolver_says("example.com", rr_type::soa, dns_world::failure(2));
  world.resolver_says_unchecked("example.com", rr_type::soa,
                                world.positive("example.com", rr_type::soa, "ns1"));
  EXPECT_EQ(
      text_of(world.inspect()),
      "DNSSEC_BOGUS: Validating resolvers refuse example.com, because its DNSSEC signatures do not hold "
      "(SERVFAIL); sign the zone anew, or remove its DS records at the registrar.\n");
}

TEST(Inspection, AsksTheResolverNothingThatCouldLeadItToOtherServers) {
  dns_world world;
  world.order.search.where.delegated_to = {"ns1.old.example", "ns2.old.example"};
  world.resolver_says("example.com", rr_type::soa, dns_world::failure(2));
  world.resolver_says_unchecked("example.com", rr_type::soa,
                                world.positive("example.com", rr_type::soa, "ns1"));
  EXPECT_EQ(text_of(world.inspect()).find("DNSSEC_BOGUS"), std::string::npos);
}

TEST(Inspection, WarnsOfADomainkeyZoneWhoseServersAreDead) {
  dns_world world;
  world.order.search = {};
  world.order.search.what = zone_search::outcome::unreachable;
  world.order.search.where.apex = "_domainkey.example.com";
  world.order.search.detail = "esp1.example.org";
  EXPECT_EQ(
      text_of(world.inspect()),
      "AUTH_UNREACHABLE: The name servers of _domainkey.example.com (esp1.example.org) do not answer for it; "
      "remove the NS records of _domainkey.example.com from the zone of example.com before publishing there, "
      "or have those servers mended.\n");
}

TEST(Inspection, WarnsOfWildcards) {
  dns_world world;
  world.publish("*.example.com", rr_type::a, "192.0.2.80");
  EXPECT_EQ(text_of(world.inspect()),
            "WILDCARD: A wildcard (*.example.com) answers for names that do not exist; that does no harm "
            "once all three "
            "records are published, but until then they seem to be there with other content.\n");

  dns_world below;
  below.publish("*._domainkey.example.com", rr_type::cname, "dkim.example.org");
  EXPECT_NE(text_of(below.inspect()).find("(*._domainkey.example.com)"), std::string::npos);
}

TEST(Inspection, WarnsOfAProviderThatProxies) {
  dns_world world;
  world.servers[0].name = "ada.ns.cloudflare.com";
  world.servers[1].name = "bob.ns.cloudflare.com";
  world.order.search.where.delegated_to.clear();
  EXPECT_EQ(text_of(world.inspect()),
            "PROXIED: The DNS of example.com is at Cloudflare, which can proxy or flatten a CNAME; set the "
            "three records "
            "to 'DNS only' (the grey cloud).\n");
}

TEST(Inspection, WarnsOfAZoneThatNamesOtherServersThanItsParent) {
  dns_world world;
  world.order.search.where.delegated_to = {"ns1.old.example", "ns2.old.example"};
  EXPECT_EQ(
      text_of(world.inspect()),
      "NOT_DELEGATED_HERE: example.com is served by ns1.old.example, ns2.old.example, not by "
      "ns1.example.net, "
      "ns2.example.net; publish the records at the former, or change the name servers at the registrar.\n");
}

TEST(Inspection, AsksTheParentWhomItNamesWhenTheSearchDidNotPassThere) {
  dns_world world;
  world.only_the_parent_names({"old.example.org"});
  EXPECT_EQ(text_of(world.inspect()),
            "NOT_DELEGATED_HERE: example.com is served by old.example.org, not by ns1.example.net, "
            "ns2.example.net; publish the records at the former, or change the name servers at the "
            "registrar.\n");
}

TEST(Inspection, WarnsOfOurResolver) {
  dns_world world;
  world.order.search = {};
  EXPECT_EQ(
      text_of(world.inspect()),
      "OUR_RESOLVER_DOWN: Our own DNS resolver does not answer, so nothing is known about example.com; the "
      "owner of "
      "the domain need not act.\n");
}

}  // namespace
}  // namespace easydkim::tests
