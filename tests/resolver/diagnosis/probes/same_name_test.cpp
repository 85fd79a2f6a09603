// SPDX-License-Identifier: Apache-2.0
// What a diagnosis says when something else is at the name of the record.
#include "tests/resolver/diagnosis/dns_world.hpp"

namespace easydkim::tests {
namespace {

using enum diagnosis_code;

constexpr std::string_view name = "T1._domainkey.example.com";
constexpr std::string_view value = "T1.dkim.amazonses.com";

TEST(Diagnosis, SaysThatAWildcardCnameAnswers) {
  dns_world world;
  world.publish("*.example.com", rr_type::cname, "www.example.org");
  expect_diagnosis(
      world.examine(), 0, wildcard,
      "A wildcard *.example.com in example.com answers for every name (with www.example.org), and "
      "T1._domainkey.example.com itself does not exist; publish it as a CNAME to T1.dkim.amazonses.com.");
}

TEST(Diagnosis, SaysWhichWildcardAnswers) {
  dns_world world;
  world.publish("*._domainkey.example.com", rr_type::txt, "v=DKIM1; p=");
  expect_diagnosis(
      world.examine(), 0, wildcard,
      "A wildcard *._domainkey.example.com in example.com answers for every name (with v=DKIM1; p=), and "
      "T1._domainkey.example.com itself does not exist; publish it as a CNAME to T1.dkim.amazonses.com.");
}

TEST(Diagnosis, SaysThatAWildcardOfAddressesAnswers) {
  dns_world world;
  world.publish("*.example.com", rr_type::a, "192.0.2.80");
  EXPECT_EQ(world.examine().diagnosed->whole.code, wildcard);
}

TEST(Diagnosis, SaysThatAWildcardAboveASubdomainAnswers) {
  dns_world world{"mail.example.com"};
  world.publish("*.example.com", rr_type::txt, "v=spf1 -all");
  const diagnosis whole = world.examine().diagnosed->whole;
  EXPECT_EQ(whole.code, wildcard);
  EXPECT_TRUE(whole.explanation.starts_with("A wildcard *.example.com in example.com")) << whole.explanation;
}

TEST(Diagnosis, SaysThatAZoneAnswersEverythingThoughTheRecordsAreRight) {
  dns_world world;
  world.publish_all();
  const std::string made_up = std::string{dns_world::control_label} + ".dkim.amazonses.com";
  world.publish("*._domainkey.example.com", rr_type::cname, made_up);
  expect_diagnosis(
      world.examine(), 0, wildcard,
      "A wildcard *._domainkey.example.com in example.com answers for every name (with " + made_up +
          "), so T1._domainkey.example.com cannot be told from what it makes up; remove the "
          "wildcard, and publish T1._domainkey.example.com as a CNAME to T1.dkim.amazonses.com.");
}

TEST(Diagnosis, SaysThatAWildcardMakesOneOfTheRecordsUp) {
  dns_world world;
  world.publish("T1._domainkey.example.com", rr_type::cname, value);
  world.publish("T2._domainkey.example.com", rr_type::cname, "T2.dkim.amazonses.com");
  world.publish("*._domainkey.example.com", rr_type::cname, "T3.dkim.amazonses.com");
  const observation seen = world.examine();
  EXPECT_EQ(seen.diagnosed->records[0].code, none);
  EXPECT_EQ(seen.diagnosed->records[1].code, none);
  EXPECT_EQ(seen.diagnosed->records[2].code, wildcard);
}

TEST(Diagnosis, SaysThatThereAreSeveralCnames) {
  dns_world world;
  world.publish_all();
  world.publish(name, rr_type::cname, "old.example.org");
  const observation seen = world.examine();
  expect_diagnosis(
      seen, 0, multiple_cname,
      "T1._domainkey.example.com has more than one CNAME, which the DNS does not allow; one of them points "
      "to old.example.org; keep only the one to T1.dkim.amazonses.com.");
  EXPECT_EQ(seen.diagnosed->records[1].code, none);
  EXPECT_EQ(seen.diagnosed->whole.code, multiple_cname);
}

TEST(Diagnosis, SaysThatOtherDataStandsBesideTheCname) {
  dns_world world;
  world.publish_all();
  world.publish(name, rr_type::txt, "v=DKIM1; p=old");
  expect_diagnosis(
      world.examine(), 0, cname_and_other_data,
      "T1._domainkey.example.com has other records (TXT) beside its CNAME, which the DNS does not allow; "
      "delete the others, and keep only the CNAME to T1.dkim.amazonses.com.");
}

TEST(Diagnosis, SeesWhatOnlyTheSecondServerHasBesideTheCname) {
  dns_world world;
  world.publish_all();
  world.servers[1].add(name, rr_type::txt, "v=DKIM1; p=old");
  EXPECT_EQ(world.examine().diagnosed->records[0].code, cname_and_other_data);
}

TEST(Diagnosis, TakesWhatAServerThatIsBehindHasForNoDataBesideTheCname) {
  for (const std::size_t behind : {0U, 1U}) {
    dns_world world;
    world.publish_all();
    world.servers[behind].records.erase({with_tokens(std::string{name}), rr_type::cname});
    world.servers[behind].add(name, rr_type::txt, value);
    EXPECT_EQ(world.examine().diagnosed->records[0].code, auth_inconsistent) << behind;
  }
}

TEST(Diagnosis, SaysThatThereAreSeveralCnamesBeforeItSaysThatServersDiffer) {
  dns_world world;
  world.publish_all();
  world.servers[1].add(name, rr_type::cname, "old.example.org");
  EXPECT_EQ(world.examine().diagnosed->records[0].code, multiple_cname);
}

TEST(Diagnosis, SeesTheOtherTypeThatOnlyTheSecondServerHas) {
  dns_world world;
  world.servers[1].add(name, rr_type::txt, value);
  EXPECT_EQ(world.examine().diagnosed->records[0].code, txt_instead_of_cname);
}

TEST(Diagnosis, SaysThatATxtRecordHoldsTheValue) {
  dns_world world;
  world.publish(name, rr_type::txt, value);
  const observation seen = world.examine();
  expect_diagnosis(
      seen, 0, txt_instead_of_cname,
      "T1._domainkey.example.com is a TXT record with the value as its text (T1.dkim.amazonses.com); change "
      "its type to CNAME, with the value T1.dkim.amazonses.com.");
  EXPECT_EQ(seen.diagnosed->records[1].code, not_published);
  EXPECT_EQ(seen.diagnosed->records[0].server, "ns1.example.net (192.0.2.1)");
}

TEST(Diagnosis, SaysThatTheKeyWasCopied) {
  dns_world world;
  world.publish(name, rr_type::txt, "v=DKIM1; p=MIGfMA0");
  expect_diagnosis(
      world.examine(), 0, key_copied,
      "T1._domainkey.example.com is a TXT record that holds a copy of the key, which stops working when the "
      "key is changed; delete it, and publish T1._domainkey.example.com as a CNAME to "
      "T1.dkim.amazonses.com.");
}

TEST(Diagnosis, FindsTheSameTypesInAZoneThatDeniesCompactly) {
  dns_world world;
  for (auto& each : world.servers) each.denies_compactly = true;
  world.publish(name, rr_type::txt, "v=DKIM1; p=MIGfMA0");
  EXPECT_EQ(world.examine().diagnosed->records[0].code, key_copied);
}

/// The zone is at Cloudflare.
dns_world at_cloudflare() {
  dns_world world;
  world.servers[0].name = "ada.ns.cloudflare.com";
  world.servers[1].name = "bob.ns.cloudflare.com";
  for (auto& each : world.servers) {
    each.records.erase({"example.com", rr_type::ns});
    each.add("example.com", rr_type::ns, "ada.ns.cloudflare.com");
    each.add("example.com", rr_type::ns, "bob.ns.cloudflare.com");
  }
  world.order.search.where.delegated_to = {"ada.ns.cloudflare.com", "bob.ns.cloudflare.com"};
  return world;
}

TEST(Diagnosis, SaysThatTheRecordIsProxied) {
  dns_world world = at_cloudflare();
  world.publish(name, rr_type::a, "104.16.0.1");
  expect_diagnosis(
      world.examine(), 0, proxied,
      "T1._domainkey.example.com answers with addresses (104.16.0.1) instead of its CNAME, because it is "
      "proxied (Cloudflare); set the record to 'DNS only' (at Cloudflare: the grey cloud).");
}

TEST(Diagnosis, SaysThatTheRecordIsFlattenedToNothing) {
  dns_world world = at_cloudflare();
  world.publish(name, rr_type::ds, "of a type that no probe asks for");
  expect_diagnosis(
      world.examine(), 0, flattened,
      "T1._domainkey.example.com exists, but without its CNAME, because the DNS provider (Cloudflare) "
      "flattens CNAMEs; turn flattening off for this record, and keep it as a CNAME to "
      "T1.dkim.amazonses.com.");
}

TEST(Diagnosis, SaysThatAnUnknownProviderFlattensToAddresses) {
  dns_world world;
  world.publish(name, rr_type::aaaa, "2001:db8::1");
  expect_diagnosis(world.examine(), 0, flattened,
                   "T1._domainkey.example.com has an address (2001:db8::1) instead of its CNAME: it is an A "
                   "or AAAA record, "
                   "which is the wrong type, or the DNS provider resolves the CNAME itself (flattening, "
                   "ALIAS, ANAME); set its "
                   "type to CNAME, with the value T1.dkim.amazonses.com, and turn flattening off for it.");
}

TEST(Diagnosis, SaysThatARecordOfAnotherTypeIsThere) {
  struct row {
    rr_type type;
    std::string_view words;
  };
  for (const row& each : {row{rr_type::mx, "an MX record"}, row{rr_type::srv, "an SRV record"},
                          row{rr_type::ptr, "a PTR record"}, row{rr_type::caa, "a CAA record"},
                          row{rr_type::txt, "a TXT record (v=spf1 -all)"},
                          row{rr_type::ns, "an NS record (a delegation to v=spf1 -all)"}}) {
    dns_world world;
    world.publish(name, each.type, "v=spf1 -all");
    expect_diagnosis(
        world.examine(), 0, other_type,
        "T1._domainkey.example.com is " + std::string{each.words} +
            ", which is the wrong type; delete it, as nothing may stand beside a CNAME, and publish "
            "T1._domainkey.example.com as a CNAME to T1.dkim.amazonses.com.");
  }
}

TEST(Diagnosis, SaysOfAnUnknownProviderNotThatItFlattensWhatHasNoAddress) {
  dns_world world;
  world.publish(name, rr_type::ds, "of a type that no probe asks for");
  EXPECT_EQ(world.examine().diagnosed->records[0].code, not_published);
}

TEST(Diagnosis, TakesCompactDenialForNoFlattening) {
  dns_world world = at_cloudflare();
  for (auto& each : world.servers) each.denies_compactly = true;
  EXPECT_EQ(world.examine().diagnosed->whole.code, not_published);
}

TEST(Diagnosis, SaysThatADnameRedirects) {
  dns_world world;
  world.publish("_domainkey.example.com", rr_type::dname, "dkim.example.org");
  expect_diagnosis(
      world.examine(), 0, dname,
      "_domainkey.example.com is redirected to dkim.example.org (a DNAME), so T1._domainkey.example.com is "
      "made up by a redirection above it; remove the DNAME, and publish T1._domainkey.example.com as a CNAME "
      "to T1.dkim.amazonses.com.");
}

TEST(Diagnosis, SaysThatTheRecordPointsInACircle) {
  dns_world world;
  world.publish(name, rr_type::cname, name);
  expect_diagnosis(
      world.examine(), 0, cname_loop,
      "T1._domainkey.example.com points in a circle (through T1._domainkey.example.com) and so to nothing; "
      "change its value to T1.dkim.amazonses.com.");

  dns_world longer;
  longer.publish(name, rr_type::cname, "alias.example.com");
  longer.publish("alias.example.com", rr_type::cname, name);
  EXPECT_EQ(longer.examine().diagnosed->records[0].code, cname_loop);
}

TEST(Diagnosis, MentionsAnAliasThatReachesTheValue) {
  dns_world world;
  world.publish(name, rr_type::cname, "alias.example.org");
  world.publish_elsewhere("alias.example.org", rr_type::cname, value);
  expect_diagnosis(
      world.examine(), 0, cname_chain,
      "T1._domainkey.example.com reaches its value only through alias.example.org, which is not enough to "
      "verify it; change its value to T1.dkim.amazonses.com.");
}

}  // namespace
}  // namespace easydkim::tests
