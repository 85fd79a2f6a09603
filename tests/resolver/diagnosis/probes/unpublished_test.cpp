// SPDX-License-Identifier: Apache-2.0
// What a diagnosis says when records are missing, and of a record that is right but leads to no key.
#include "tests/resolver/diagnosis/dns_world.hpp"

namespace easydkim::tests {
namespace {

using enum diagnosis_code;

/// The zone as it was at Success.
zone_seen moved_from(std::vector<std::string> servers) {
  return {.apex = "example.com", .servers = std::move(servers), .primary = {}, .serial = 0};
}

constexpr std::string_view first_name = "T1._domainkey.example.com";

TEST(Diagnosis, SaysThatNothingWasPublishedYet) {
  dns_world world;
  const observation seen = world.examine();
  expect_diagnosis(
      seen, 0, not_published,
      "ns1.example.net (192.0.2.1) answers that T1._domainkey.example.com does not exist yet; publish it as "
      "a CNAME to T1.dkim.amazonses.com (in most DNS panels its host is T1._domainkey).");
  EXPECT_EQ(seen.diagnosed->whole, seen.diagnosed->records[0]);
  EXPECT_EQ(seen.diagnosed->at, dns_world::now);
}

TEST(Diagnosis, AsksNobodyForARecordAgainThatTheCheckHasJustAskedFor) {
  dns_world alone, after_check;
  for (dns_world* each : {&alone, &after_check})
    each->publish("T1._domainkey.example.com.example.com", rr_type::cname, "T1.dkim.amazonses.com");
  const observation expected = alone.examine();
  after_check.check_before();
  const observation seen = after_check.examine();
  ASSERT_TRUE(seen.diagnosed);
  EXPECT_EQ(seen.diagnosed->records, expected.diagnosed->records);
  EXPECT_EQ(seen.diagnosed->records[0].code, double_domain);
  for (const std::string_view server : {"ns1.example.net", "ns2.example.net"})
    EXPECT_EQ(after_check.questions_to(server) + 3, alone.questions_to(server));
}

TEST(Diagnosis, AsksAllServersWhereTheCheckDidNot) {
  dns_world alone, after_check;
  alone.examine();
  after_check.check_before();
  for (auto& answers : after_check.order.answers)
    if (!answers.empty()) answers.pop_back();  // one was busy
  after_check.examine();
  EXPECT_EQ(after_check.questions(), alone.questions());
}

TEST(Diagnosis, SaysHowManyRecordsAreThere) {
  dns_world world;
  world.publish_all();
  for (auto& each : world.servers) each.records.erase({with_tokens(std::string{first_name}), rr_type::cname});
  const observation seen = world.examine();
  EXPECT_EQ(seen.diagnosed->records[0].code, not_published);
  EXPECT_EQ(to_string(seen.diagnosed->whole.code), "PARTIAL");
  EXPECT_EQ(
      seen.diagnosed->whole.explanation,
      with_tokens("2 of 3 records are in place, but not T1._domainkey.example.com; publish it as a CNAME to "
                  "T1.dkim.amazonses.com."));
}

TEST(Diagnosis, SaysWhichTwoRecordsAreMissing) {
  dns_world world;
  world.publish(first_name, rr_type::cname, "T1.dkim.amazonses.com");
  EXPECT_EQ(
      world.examine().diagnosed->whole.explanation,
      with_tokens("1 of 3 records are in place, but not T2._domainkey.example.com and "
                  "T3._domainkey.example.com; publish them as a CNAME to T2.dkim.amazonses.com and one to "
                  "T3.dkim.amazonses.com."));
}

TEST(Diagnosis, SaysThatTheZoneIsServedElsewhere) {
  dns_world world;
  world.order.search.where.delegated_to = {"ns1.example.net", "ns2.example.net"};
  for (auto& each : world.servers) {
    each.records.erase({"example.com", rr_type::ns});
    each.add("example.com", rr_type::ns, "ada.ns.cloudflare.com");
    each.add("example.com", rr_type::ns, "bob.ns.cloudflare.com");
  }
  expect_diagnosis(
      world.examine(), 0, not_delegated_here,
      "example.com is served by ns1.example.net, ns2.example.net, not by Cloudflare (ada.ns.cloudflare.com, "
      "bob.ns.cloudflare.com), and records that are added elsewhere have no effect; publish "
      "T1._domainkey.example.com there as a CNAME to T1.dkim.amazonses.com, or change the name servers at "
      "the registrar.");
}

TEST(Diagnosis, AsksTheParentWhomItNamesWhenTheSearchDidNotPassThere) {
  dns_world world;
  world.only_the_parent_names({"old.example.org"});
  world.above.where.servers = {{"ns1.example.net", {server_address::parse("192.0.2.1").value()}}};
  expect_diagnosis(
      world.examine(), 0, not_delegated_here,
      "example.com is served by old.example.org, not by ns1.example.net, ns2.example.net, and records that "
      "are added elsewhere have no effect; publish T1._domainkey.example.com there as a CNAME to "
      "T1.dkim.amazonses.com, or change the name servers at the registrar.");

  world.above.where.delegated_to = {"ns2.example.net"};
  EXPECT_EQ(world.examine().diagnosed->records[0].code, not_published) << "one server more is no other zone";
}

TEST(Diagnosis, SaysThatThePrimaryIsOfAnotherProvider) {
  dns_world world;
  world.servers[0].name = "ns-1.awsdns-01.org";
  world.servers[1].name = "ns-2.awsdns-02.com";
  world.order.search.where.delegated_to = {"ns-1.awsdns-01.org", "ns-2.awsdns-02.com"};
  for (auto& each : world.servers) {
    each.records.erase({"example.com", rr_type::ns});
    each.add("example.com", rr_type::ns, "ns-1.awsdns-01.org");
    each.add("example.com", rr_type::ns, "ns-2.awsdns-02.com");
  }
  world.order.search.where.start->soa.primary = "ada.ns.cloudflare.com";
  world.resolver_says("example.com", rr_type::ns,
                      world.positive("example.com", rr_type::ns, "ns-1.awsdns-01.org"));
  const diagnosis said = world.examine().diagnosed->whole;
  EXPECT_EQ(to_string(said.code), "NOT_DELEGATED_HERE");
  EXPECT_EQ(said.observed, "Amazon Route 53 (ns-1.awsdns-01.org, ns-2.awsdns-02.com)");
}

TEST(Diagnosis, TakesAServerMoreInTheZoneForNoOtherDelegation) {
  dns_world world;
  world.publish("example.com", rr_type::ns, "ns3.example.net");
  EXPECT_EQ(world.examine().diagnosed->whole.code, not_published);
}

TEST(Diagnosis, SaysThatTheDnsMovedSinceItWasVerified) {
  dns_world world;
  world.order.subject.dkim.status = dkim_status::temporary_failure;
  world.order.zone_at_success = moved_from({"ada.ns.cloudflare.com", "bob.ns.cloudflare.com"});
  expect_diagnosis(
      world.examine(), 0, ns_changed,
      "The DNS of example.com moved from Cloudflare (ada.ns.cloudflare.com, bob.ns.cloudflare.com) to "
      "ns1.example.net, ns2.example.net since it was verified, and the record T1._domainkey.example.com was "
      "not copied; publish it there as a CNAME to T1.dkim.amazonses.com.");
}

TEST(Diagnosis, SaysNothingOfAMoveWhenTheServersAreTheSame) {
  dns_world world;
  world.order.zone_at_success = moved_from({"ns1.example.net", "ns2.example.net"});
  EXPECT_EQ(world.examine().diagnosed->whole.code, not_published);
}

TEST(Diagnosis, SaysThatTheKeyCannotBeReadThroughTheRecord) {
  dns_world world;
  world.publish_all();
  world.resolver_says(first_name, rr_type::txt, dns_world::failure(2));
  const observation seen = world.examine();
  expect_diagnosis(
      seen, 0, txt_unresolvable,
      "T1._domainkey.example.com points to the right value, but a TXT question for it gets no answer from "
      "resolver (SERVFAIL), so receivers of mail will find no key; have that name server mended.");
  EXPECT_EQ(seen.diagnosed->records[1].code, none);
}

TEST(Diagnosis, SaysThatAServerOfTheZoneFailsOnTxtThoughTheResolverHelpsItself) {
  dns_world world;
  world.publish_all();
  for (auto& each : world.servers) each.does = world_server::manner::fails_on_txt;
  const observation seen = world.examine();
  for (std::size_t record = 0; record < records_per_identity; ++record)
    EXPECT_EQ(to_string(seen.diagnosed->records[record].code), "TXT_UNRESOLVABLE");
  EXPECT_NE(seen.diagnosed->whole.explanation.find("ns1.example.net (192.0.2.1) (SERVFAIL)"),
            std::string::npos)
      << seen.diagnosed->whole.explanation;
}

TEST(Diagnosis, SaysThatThereIsNoKeyAtTheTarget) {
  dns_world world;
  world.publish_all();
  world.forget_elsewhere("T1.dkim.amazonses.com");
  world.resolver_says("T1.dkim.amazonses.com", rr_type::txt, world.negative(3));
  const observation seen = world.examine();
  expect_diagnosis(
      seen, 0, target_key_missing,
      "T1._domainkey.example.com is right, but there is no key at T1.dkim.amazonses.com; the operator of "
      "this service must publish it, and the owner of the domain need not act.");
  EXPECT_EQ(class_of(seen.diagnosed->whole.code), diagnosis_class::ours);
}

TEST(Diagnosis, DoesNotSayOfANameThatExistsThatItDoesNotExist) {
  dns_world world;
  world.publish("T1._domainkey.example.com", rr_type::ds, "of a type that no probe asks for");
  expect_diagnosis(
      world.examine(), 0, not_published,
      "ns1.example.net (192.0.2.1) answers that T1._domainkey.example.com exists, but has no CNAME yet (an "
      "ALIAS "
      "record looks so, too); publish it as a CNAME to T1.dkim.amazonses.com (in most DNS panels its host is "
      "T1._domainkey).");
}

TEST(Diagnosis, SaysNothingOfAnotherProviderWhereAServerThatTheParentNamesHasTheRecord) {
  dns_world world;
  world.publish_all();
  world.order.search.where.delegated_to = {"ns1.example.net", "old.example.org"};
  for (auto& each : world.servers) {
    each.records.erase({"example.com", rr_type::ns});
    each.add("example.com", rr_type::ns, "ns2.example.net");
  }
  EXPECT_NE(world.examine().diagnosed->whole.code, not_delegated_here);
}

TEST(Diagnosis, SaysThatTheDnsMovedOnlyWhenTheParentNamesOthers) {
  dns_world world;
  world.order.zone_at_success = moved_from({"ns1.example.net", "ns2.example.net"});
  world.servers.push_back(
      {.name = "ns3.example.net", .address = "192.0.2.3", .records = world.servers[0].records});
  world.publish("example.com", rr_type::ns, "ns3.example.net");
  EXPECT_EQ(world.examine().diagnosed->whole.code, not_published) << "the zone alone has one more";
}

TEST(Diagnosis, SpeaksOfTheTxtRecordOfTheOtherProof) {
  dns_world world;
  world.order.subject = issued(
      std::move(world.order.subject),
      {.account = "default", .domain = domain_name::parse("example.com").value(), .wanted = proof::txt},
      sample_start);
  world.publish_all();
  const std::string text = world.order.subject.txt_token.text();
  const observation seen = world.examine();
  expect_diagnosis(
      seen, record_slot(proof::txt, 0), not_published,
      "ns1.example.net (192.0.2.1) answers that _amazonses.example.com does not exist yet; publish it as a "
      "TXT record that says " +
          text + " (in most DNS panels its host is _amazonses).");
  EXPECT_EQ(seen.diagnosed->records[0].code, none);

  world.publish("_amazonses.example.com", rr_type::txt, text);
  world.publish("_amazonses.example.com", rr_type::txt, "of another account");
  expect_nothing(world.examine());
}

}  // namespace
}  // namespace easydkim::tests
