// SPDX-License-Identifier: Apache-2.0
// Whose fault it is that the resolver does not show a record that the zone has.
#include "tests/resolver/diagnosis/dns_world.hpp"

namespace easydkim::tests {
namespace {

using enum diagnosis_code;

constexpr std::string_view first_name = "T1._domainkey.example.com";
const finding unconfirmed{finding_kind::found, finding_reason::unconfirmed, {}};

/// A world whose resolver says this of the first record, which is published.
dns_world with_resolver_saying(dns_reply reply) {
  dns_world world;
  world.publish_all();
  world.resolver_says(first_name, rr_type::cname, std::move(reply));
  return world;
}

TEST(Diagnosis, BlamesOurResolverThatDeniesWithoutTheSoaOfTheZone) {
  dns_world world = with_resolver_saying(dns_world::failure(3));
  std::string noted;
  world.order.filtered = [&](std::string what) { noted = std::move(what); };
  expect_diagnosis(
      world.examine(), 0, our_resolver_down,
      "Our own DNS resolver denies T1._domainkey.example.com (NXDOMAIN without the SOA of the zone), "
      "which the name servers of example.com have; that is for the operator of this service to mend, "
      "and the owner of the domain need not act.");
  EXPECT_EQ(noted, with_tokens("T1._domainkey.example.com: NXDOMAIN without the SOA of the zone"));
}

TEST(Diagnosis, BlamesOurResolverThatDeniesWithTheSoaOfAnotherZone) {
  dns_world world;
  dns_reply filtered = world.negative(3);
  filtered.authority.front().owner = "rpz.resolver.example";
  world = with_resolver_saying(filtered);
  const observation seen = world.examine();
  EXPECT_EQ(seen.diagnosed->records[0].code, our_resolver_down);
  EXPECT_NE(seen.diagnosed->records[0].explanation.find("with the SOA of rpz.resolver.example"),
            std::string::npos);
}

TEST(Diagnosis, BlamesNoFilterForADenialOfTheZoneAbove) {
  dns_world world;
  dns_reply above = world.negative(3);
  above.authority.front().owner = "com";
  world = with_resolver_saying(above);
  EXPECT_EQ(world.examine().diagnosed->records[0].code, negative_cache)
      << "it may be from before the registration";
}

TEST(Diagnosis, BlamesOurResolverThatSaysItselfThatItFilters) {
  for (const std::uint16_t code : std::initializer_list<std::uint16_t>{14, 15, 16, 17, 18, 19}) {
    dns_world world;
    dns_reply filtered = world.negative(3);
    filtered.error = extended_error{.code = code, .text = {}};
    world = with_resolver_saying(filtered);
    const bool filters = code >= 15 && code <= 18;
    EXPECT_EQ(world.examine().diagnosed->records[0].code, filters ? our_resolver_down : negative_cache)
        << code;
  }
}

TEST(Diagnosis, BlamesOurResolverThatDeniesForLongerThanItMay) {
  using namespace std::chrono_literals;
  for (const duration ago : {duration{30s}, duration{2min}}) {
    dns_world world;
    world = with_resolver_saying(world.negative(3));
    world.order.denied_until[0] = dns_world::now - ago;
    EXPECT_EQ(world.examine().diagnosed->records[0].code, ago > 1min ? our_resolver_down : negative_cache);
  }
}

TEST(Diagnosis, BelievesTheResolverThatItFiltersWhereNobodyElseCanBeAsked) {
  dns_world world;
  world.order.asked = examination_order::witness::resolver;
  dns_reply filtered = world.negative(3);
  filtered.error = extended_error{.code = 17, .text = {}};
  world.resolver_says(first_name, rr_type::cname, filtered);
  EXPECT_EQ(world.examine().diagnosed->records[0].code, our_resolver_down);
}

TEST(Diagnosis, BlamesNoFilterForWhatIsNotPublished) {
  dns_world world;
  bool noted = false;
  world.order.filtered = [&](std::string) { noted = true; };
  EXPECT_EQ(world.examine().diagnosed->whole.code, not_published);
  EXPECT_FALSE(noted);
}

TEST(Diagnosis, BlamesTheZoneThatResolversCannotReachThoughTheyReachOthers) {
  dns_world world = with_resolver_saying(dns_world::failure(2));
  world.resolver_says_unchecked(first_name, rr_type::cname, dns_world::failure(2));
  world.order.findings[0] = unconfirmed;
  const observation seen = world.examine();
  const diagnosis& of = seen.diagnosed->records[0];
  EXPECT_EQ(of.code, auth_unreachable);
  EXPECT_EQ(class_of(of.code), diagnosis_class::fix);
  EXPECT_NE(of.explanation.find("SERVFAIL"), std::string::npos) << of.explanation;
}

TEST(Diagnosis, BlamesTheZoneThatKeepsTheResolverWaitingWhileOthersAnswerIt) {
  dns_world world;
  world.publish_all();
  world.resolver_is_left_waiting(first_name, rr_type::cname);
  world.order.findings[0] = unconfirmed;
  EXPECT_EQ(world.examine().diagnosed->records[0].code, auth_unreachable);
}

TEST(Diagnosis, BlamesOurConfirmingServerWhenThatCannotBeAsked) {
  dns_world world;
  world.publish_all();
  for (auto& each : world.order.findings) each = unconfirmed;
  world.order.confirmation_fault =
      "the DNS server that is to confirm it (192.0.2.53:53) does not answer over TCP";
  expect_diagnosis(
      world.examine(), 0, our_resolver_down,
      "T1._domainkey.example.com is in place, but the DNS server that is to confirm it (192.0.2.53:53) "
      "does not answer over TCP; that is for the operator of this service to mend, and the owner of the "
      "domain need not act.");
}

}  // namespace
}  // namespace easydkim::tests
