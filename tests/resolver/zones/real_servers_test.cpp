// SPDX-License-Identifier: Apache-2.0
// Zones and records on real name servers: referrals, glue and denials as Knot DNS gives them.
#include <gtest/gtest.h>

#include "tests/support/knot_server.hpp"
#include "tests/support/strangers.hpp"

namespace easydkim::tests {
namespace {

using enum zone_search::outcome;

/// The zone "test", a domain in it, and a server for a `_domainkey` that was delegated.
class RealServers : public testing::Test {
 protected:
  strangers world;
  knot_server parent{world.address("parent"), {{"test", world.filled(R"(
@ NS ns.nic.net.
example NS ns1.example.test.
example NS ns2.example.test.
ns1.example A $child
ns2.example A $keys
)")}}};
  knot_server child{world.address("child"), {{"example.test", world.filled(zone)}}};
  knot_server keys{world.address("keys"),
                   {{"example.test", world.filled(zone)},
                    {"_domainkey.sub.example.test",
                     "@ NS ns2.example.test.\n" + std::string{token} + " CNAME " + right_target + ".\n"}}};

  static constexpr const char* zone = R"(
@ NS ns1
@ NS ns2
ns1 A $child
ns2 A $keys
_domainkey.sub NS ns2
abcdefghijklmnopqrstuvwxyz234567._domainkey CNAME abcdefghijklmnopqrstuvwxyz234567.dkim.example.net.
*.wild TXT "anything"
)";

  void SetUp() override { world.resolve("test NS ns.nic.net\nns.nic.net A $parent"); }

  look_order order(const std::string& domain) const {
    look_order one;
    one.label = token;
    one.domain = domain;
    one.suffix = suffix;
    return one;
  }
};

TEST_F(RealServers, AreFoundByReferralsWithGlue) {
  const zone_search got = world.find("example.test");
  ASSERT_EQ(got.what, found) << got.detail;
  EXPECT_EQ(got.where.apex, "example.test");
  EXPECT_EQ(names_of(got.where), (std::vector<std::string>{"ns1.example.test", "ns2.example.test"}));
  EXPECT_EQ(got.where.delegated_to, names_of(got.where));
  EXPECT_EQ(got.where.servers.at(0).addresses.at(0).address.to_string(), world.address("child"));

  const zone_search below = world.find("mail.example.test");
  ASSERT_EQ(below.what, found) << below.detail;
  EXPECT_EQ(below.where.apex, "example.test");

  const zone_search delegated = world.find("sub.example.test");
  ASSERT_EQ(delegated.what, found) << delegated.detail;
  EXPECT_EQ(delegated.where.apex, "_domainkey.sub.example.test");
  EXPECT_EQ(names_of(delegated.where), std::vector<std::string>{"ns2.example.test"});

  world.registrable = "nothing.test";
  const zone_search none = world.find("nothing.test");
  EXPECT_EQ(none.what, no_such_domain);
  EXPECT_EQ(none.detail, "test");
}

TEST_F(RealServers, SayWhatTheyHave) {
  EXPECT_EQ(world.look(order("example.test")).seen.kind, finding_kind::found);
  EXPECT_EQ(world.look(order("sub.example.test")).seen.kind, finding_kind::found);
  const record_look got = world.look(order("mail.example.test"));
  EXPECT_EQ(got.seen, (finding{finding_kind::absent, finding_reason::no_such_name, {}}));
  EXPECT_EQ(got.answers.at(0).rcode, "NXDOMAIN");
  EXPECT_EQ(got.answers.at(0).flags, "aa");
  for (const std::string& each : world.asked_of_resolver())
    EXPECT_EQ(each.find("_domainkey"), each.npos) << each;
}

}  // namespace
}  // namespace easydkim::tests
