// SPDX-License-Identifier: Apache-2.0
// What the servers of a zone say of a record, each in its own way.
#include "resolver/zones/record_look.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/policy.hpp"
#include "tests/support/strangers.hpp"

namespace easydkim::tests {
namespace {

using namespace std::chrono_literals;
using enum finding_kind;

const std::string name = std::string{token} + "._domainkey.example.test";
const std::string record = name + " CNAME " + right_target + "\n";

look_order order(look_order::extent how = look_order::extent::poll) {
  look_order one;
  one.label = token;
  one.domain = "example.test";
  one.suffix = suffix;
  one.how = how;
  return one;
}
look_order whole() {
  return order(look_order::extent::full);
}

/// A zone on two servers, each with records of its own.
class Look : public testing::Test {
 protected:
  void publish(const std::string& server, const std::string& records, int serial = 1) {
    world.serve(server, "example.test SOA " + std::to_string(serial) +
                            "\nexample.test NS ns1.host.test\nexample.test NS ns2.host.test\n" + records);
  }
  void SetUp() override {
    publish("ns1", "");
    publish("ns2", "");
    delegate(R"(
      example.test NS ns1.host.test
      example.test NS ns2.host.test
      ns1.host.test A $ns1
      ns2.host.test A $ns2
    )");
  }
  /// What the parent zone, and the resolver, know of the domain and of its servers.
  void delegate(const std::string& records) {
    world.serve_parent("test", 2, records);
    world.resolve(records);
  }
  std::size_t asked_for_the_token(const std::string& server) {
    return static_cast<std::size_t>(std::ranges::count(world.asked_of(server), name + " CNAME"));
  }
  strangers world;
};

TEST_F(Look, PollsOneServerForWhatIsNotThere) {
  const record_look got = world.look(order());
  EXPECT_EQ(got.seen, (finding{absent, finding_reason::no_such_name, {}}));
  EXPECT_EQ(asked_for_the_token("ns1") + asked_for_the_token("ns2"), 1U);
  ASSERT_EQ(got.where.published.size(), 1U);
  EXPECT_EQ(got.where.published[0].has, absent);
  ASSERT_EQ(got.answers.size(), 1U);
  EXPECT_EQ(got.answers[0].name, name);
  EXPECT_EQ(got.answers[0].type, "CNAME");
  EXPECT_EQ(got.answers[0].rcode, "NXDOMAIN");
  EXPECT_EQ(got.answers[0].flags, "aa");
  EXPECT_EQ(got.answers[0].ttl, 60U);
  EXPECT_TRUE(got.was_answered);
}

TEST_F(Look, AsksAnyOfTheServersFirst) {
  for (int i = 0; i < 40; ++i) world.look(order());  // both are drawn at least once, but in one of 10^12 runs
  EXPECT_GT(asked_for_the_token("ns1"), 0U);
  EXPECT_GT(asked_for_the_token("ns2"), 0U);
  EXPECT_EQ(asked_for_the_token("ns1") + asked_for_the_token("ns2"), 40U);
}

TEST_F(Look, AsksAllWhenOneHasIt) {
  publish("ns1", record);
  publish("ns2", record);
  const record_look got = world.look(order());
  EXPECT_EQ(got.seen, (finding{found, finding_reason::none, {}}));
  ASSERT_EQ(got.where.published.size(), 2U);
  for (const server_sighting& each : got.where.published) EXPECT_EQ(each.has, found);
  ASSERT_EQ(got.answers.size(), 2U);
  EXPECT_EQ(got.answers[0].server, "ns1.host.test (" + world.address("ns1") + ")");
  EXPECT_EQ(got.answers[0].target, right_target);
}

TEST_F(Look, AsksStrangersWithoutRecursion) {
  world.look(whole());
  for (const dns_query& each : world.server("ns1").queries()) EXPECT_EQ(each.message[2] & 0x01, 0);
}

TEST_F(Look, SaysWhichServersAreBehindAndTheirSerials) {
  publish("ns1", record, 2026081502);
  publish("ns2", "", 2026081499);
  const record_look got = world.look(whole());
  EXPECT_EQ(got.seen, (finding{absent, finding_reason::on_some_servers, "ns2.host.test"}));
  ASSERT_EQ(got.where.published.size(), 2U);
  EXPECT_EQ(got.where.published[0].has, found);
  EXPECT_EQ(got.where.published[0].serial, 2026081502U);
  EXPECT_EQ(got.where.published[1].has, absent);
  EXPECT_EQ(got.where.published[1].serial, 2026081499U);
}

TEST_F(Look, AcceptsAMajorityOnceTheSplitHasLastedForAnHour) {
  const std::string begin = "example.test SOA 1\n";
  for (const char* each : {"ns1", "ns2"}) world.serve(each, begin + record);
  world.serve("ns3", begin);
  delegate(R"(
    example.test NS ns1.host.test
    example.test NS ns2.host.test
    example.test NS ns3.host.test
    ns1.host.test A $ns1
    ns2.host.test A $ns2
    ns3.host.test A $ns3
  )");
  const finding split{absent, finding_reason::on_some_servers, "ns3.host.test"};
  EXPECT_EQ(world.look(whole()).seen, split);

  const time_point now{std::chrono::hours{500'000}};  // the clock of `world`
  look_order polled = order();
  polled.before = {split, now - longest_split + 1s};
  EXPECT_EQ(world.look(polled).seen, split) << "all are asked, so that the finding stays as it is";
  polled.before.majority_since = now - longest_split;
  const record_look got = world.look(polled);
  EXPECT_EQ(got.seen.kind, found);
  ASSERT_EQ(got.where.published.size(), 3U);
  EXPECT_EQ(got.where.published[2].has, absent) << "and it is told";
}

TEST_F(Look, TakesAnotherTargetOnOneServerForASplit) {
  publish("ns1", record);
  publish("ns2", name + " CNAME elsewhere.example.org");
  const record_look got = world.look(whole());
  EXPECT_EQ(got.seen, (finding{absent, finding_reason::on_some_servers, "ns2.host.test"}));
  EXPECT_FALSE(got.decides_loss) << "one of two takes nothing away";
}

TEST_F(Look, TakesTheNextServerWhenOneIsSilentOrLame) {
  for (const char* ill : {"silence", "servfail", "refused"}) {
    world.clock_step += 20min;  // what was lame or silent is asked again
    publish("ns1", "");
    world.find("example.test");
    world.mode("ns1", ill);
    for (int i = 0; i < 4; ++i) EXPECT_EQ(world.look(order()).seen.kind, absent) << ill;
  }
}

TEST_F(Look, CountsNothingWithoutAuthority) {
  world.find("example.test");
  scripted_zone liar;
  liar.add(name, scripted_zone::kind::cname, right_target);
  for (const char* each : {"ns1", "ns2"}) world.act(each, behaviour("zone", liar));  // without AA
  const record_look got = world.look(whole());
  EXPECT_EQ(got.seen, (finding{no_answer, finding_reason::not_authoritative, {}}));
  ASSERT_EQ(got.answers.size(), 2U);
  EXPECT_EQ(got.answers[0].flags, "");

  const record_look next = world.look(order());
  EXPECT_EQ(next.seen.kind, no_answer);
  EXPECT_EQ(next.answers.size(), 1U) << "one of those at rest is tried";
}

TEST_F(Look, IsNotContentWithTheLivingServerOnceTheOtherHasBeenSilentForAWhile) {
  publish("ns1", record);
  world.find("example.test");
  world.mode("ns2", "silence");
  EXPECT_EQ(world.look(whole()).seen, (finding{no_answer, finding_reason::timeout, {}}));
  const record_look got = world.look(whole());
  EXPECT_EQ(got.seen.kind, no_answer) << "one alone may be an old server that somebody else has now";
  ASSERT_EQ(got.where.published.size(), 2U);
  EXPECT_EQ(got.where.published[1].has, no_answer);
  EXPECT_EQ(got.answers.size(), 1U) << "the other was not asked";
}

TEST_F(Look, AsksAServerAgainWhenAPacketWasLost) {
  world.find("example.test");
  int lost = 0;
  const scripted_records truth =
      scripted_records::parse(scripted_records::role::authority, "example.test SOA 1\n" + record);
  for (const char* each : {"ns1", "ns2"})
    world.act(each, [&, n = 0](const dns_query& query) mutable {
      if (n++ == 0) return ++lost, std::vector<dns_action>{};
      return std::vector<dns_action>{{.message = truth.answer(query).message()}};
    });
  EXPECT_EQ(world.look(whole()).seen.kind, found);
  EXPECT_EQ(lost, 2);
}

TEST_F(Look, GoesOnWhereTheServersOfTheZonePoint) {
  world.keep.least = 10min;
  world.find("example.test");
  const std::string cut = "_domainkey.example.test NS keys.host.test\n";
  publish("ns1", cut);
  publish("ns2", cut);
  world.serve("keys", "_domainkey.example.test SOA 1\n" + record);
  delegate(R"(
    example.test NS ns1.host.test
    ns1.host.test A $ns1
    keys.host.test A $keys
  )");

  EXPECT_EQ(world.look(order()).seen.kind, found);
}

TEST_F(Look, SeesATxtRecord) {
  look_order txt;
  txt.of = proof::txt;
  txt.label = "_easydkim";
  txt.domain = "example.test";
  txt.text = "issued";
  EXPECT_EQ(world.look(txt).seen.kind, absent);
  publish("ns1", "_easydkim.example.test TXT issued");
  publish("ns2", "_easydkim.example.test TXT issued");
  const record_look got = world.look(txt);
  EXPECT_EQ(got.seen.kind, found);
  EXPECT_EQ(got.answers.at(0).type, "TXT");
}

TEST_F(Look, SaysWhyNobodyCouldBeAsked) {
  strangers closed;
  closed.allow_private = false;
  closed.resolve("example.test NS ns1.host.test\nns1.host.test A $ns1");
  const record_look got = closed.look(order());
  EXPECT_EQ(got.seen, (finding{no_answer, finding_reason::parent_unreachable, {}}));
  EXPECT_EQ(got.searched.what, zone_search::outcome::parent_unreachable);
  EXPECT_TRUE(got.where.published.empty());
}

TEST_F(Look, AsksOverIpv4WhenIpv6IsDead) {
  delegate(R"(
    example.test NS ns1.host.test
    ns1.host.test A $ns1
    ns1.host.test AAAA 100::1
  )");
  publish("ns1", record);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(world.look(whole()).seen.kind, found) << i;
}

TEST_F(Look, KeepsAPollFromWaitingForABusyServer) {
  world.treatment = {.queries_per_second = 0.1};
  delegate("example.test NS ns1.host.test\nns1.host.test A $ns1");
  const time_point now{1h};
  EXPECT_EQ(world.look(order()).seen.kind, absent);
  const record_look last = world.look(order());
  EXPECT_EQ(last.seen.kind, unchecked) << "its question of ten seconds is used up";
  EXPECT_FALSE(last.was_asked);
  const auto ready = world.servers().ready_at(last.searched.where, now);
  ASSERT_TRUE(ready);
  EXPECT_GT(*ready, now + 5s);
  EXPECT_LE(*ready, now + 10s);
  EXPECT_EQ(world.servers().ready_at(zone{}, now), std::nullopt);
}

TEST_F(Look, TellsWhoWasSilent) {
  world.find("example.test");
  world.mode("ns1", "silence");
  world.mode("ns2", "silence");
  const record_look got = world.look(order());
  EXPECT_EQ(got.seen, (finding{no_answer, finding_reason::timeout, {}}));
  EXPECT_TRUE(got.was_asked);
  EXPECT_FALSE(got.was_answered);
  EXPECT_EQ(world.silent.size(), 4U) << "both, twice";
}

TEST(ZoneSeen, IsTheZoneInWords) {
  zone where;
  where.apex = "example.test";
  where.servers = {{"ns2.host.test", {}}, {"ns1.host.test", {}}};
  resource_record start;
  start.soa = {.primary = "ns1.host.test", .serial = 5, .minimum = 60};
  where.start = start;
  const zone_seen seen = seen_of(where);
  EXPECT_EQ(seen.apex, "example.test");
  EXPECT_EQ(seen.servers, (std::vector<std::string>{"ns1.host.test", "ns2.host.test"}));
  EXPECT_EQ(seen.primary, "ns1.host.test");
  EXPECT_EQ(seen.serial, 5U);
}

}  // namespace
}  // namespace easydkim::tests
