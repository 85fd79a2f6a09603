// SPDX-License-Identifier: Apache-2.0
// What a diagnosis says of records that are at another name.
#include "tests/resolver/diagnosis/dns_world.hpp"

namespace easydkim::tests {
namespace {

using enum diagnosis_code;

/// T1, T2 and T3 of a name, each pointing to what a value's token is put into.
void publish_three(dns_world& world, std::string_view name, std::string_view value) {
  for (const std::string mark : {"T1", "T2", "T3"}) {
    const auto put = [&](std::string text) { return text.replace(text.find("T?"), 2, mark); };
    world.publish(put(std::string{name}), rr_type::cname, put(std::string{value}));
  }
}

TEST(Diagnosis, SaysThatThePanelAppendedTheDomainToTheHost) {
  dns_world world;
  publish_three(world, "T?._domainkey.example.com.example.com", "T?.dkim.amazonses.com");
  const observation seen = world.examine();
  expect_diagnosis(
      seen, 0, double_domain,
      "The DNS panel appended the domain: the record is at T1._domainkey.example.com.example.com; enter only "
      "T1._domainkey as its host, or end the name with a dot (T1._domainkey.example.com.).");
  expect_diagnosis(
      seen, 2, double_domain,
      "The DNS panel appended the domain: the record is at T3._domainkey.example.com.example.com; enter only "
      "T3._domainkey as its host, or end the name with a dot (T3._domainkey.example.com.).");
}

TEST(Diagnosis, LooksForEachRecordWhereThePanelAppendedTheDomain) {
  dns_world world;
  world.publish("T3._domainkey.example.com.example.com", rr_type::cname, "T3.dkim.amazonses.com");
  const observation seen = world.examine();
  EXPECT_EQ(seen.diagnosed->records[0].code, not_published);
  EXPECT_EQ(seen.diagnosed->records[1].code, not_published);
  EXPECT_EQ(seen.diagnosed->records[2].code, double_domain);
}

TEST(Diagnosis, SaysThatThePanelAppendedTheZoneToTheHost) {
  dns_world world{"mail.example.com"};
  publish_three(world, "T?._domainkey.mail.example.com.example.com", "T?.dkim.amazonses.com");
  expect_diagnosis(
      world.examine(), 1, double_domain,
      "The DNS panel appended the domain: the record is at T2._domainkey.mail.example.com.example.com; enter "
      "only "
      "T2._domainkey.mail as its host, or end the name with a dot (T2._domainkey.mail.example.com.).");
}

TEST(Diagnosis, SaysThatTheHostInAZoneOfItsOwnIsTheTokenAlone) {
  dns_world world{"example.com", "_domainkey.example.com"};
  publish_three(world, "T?._domainkey._domainkey.example.com", "T?.dkim.amazonses.com");
  expect_diagnosis(
      world.examine(), 0, double_domain,
      "The DNS panel appended the domain: the record is at T1._domainkey._domainkey.example.com; enter only "
      "T1 as its host, or end the name with a dot (T1._domainkey.example.com.).");
}

TEST(Diagnosis, SaysThatTheSubdomainIsMissingInTheHost) {
  dns_world world{"mail.example.com"};
  publish_three(world, "T?._domainkey.example.com", "T?.dkim.amazonses.com");
  expect_diagnosis(
      world.examine(), 0, missing_subdomain,
      "The record is at T1._domainkey.example.com, but mail.example.com is to be verified; enter "
      "T1._domainkey.mail as its host.");
}

TEST(Diagnosis, SaysThatTheUnderscoreOrTheDotIsMissing) {
  for (const std::string place :
       {"T?.domainkey.example.com", "T?-domainkey.example.com", "T?_domainkey.example.com"}) {
    dns_world world;
    publish_three(world, place, "T?.dkim.amazonses.com");
    const std::string first = "T1" + place.substr(2);
    expect_diagnosis(
        world.examine(), 0, underscore_refused,
        "The record is at " + first +
            ", where a dot or the underscore is missing; enter exactly T1._domainkey as its host.");
  }
}

TEST(Diagnosis, SaysThatThePanelOfASubdomainAppendedIt) {
  dns_world world{"mail.example.com"};
  world.order.registrable = "example.com";
  publish_three(world, "T?._domainkey.mail.mail.example.com", "T?.dkim.amazonses.com");
  const observation seen = world.examine();
  EXPECT_EQ(seen.diagnosed->records[0].code, double_domain);
  EXPECT_NE(seen.diagnosed->whole.explanation.find("._domainkey.mail.mail.example.com; enter only "),
            std::string::npos);

  dns_world child{"mail.example.com", "mail.example.com"};
  child.order.registrable = "example.com";
  publish_three(child, "T?._domainkey.mail.mail.example.com", "T?.dkim.amazonses.com");
  EXPECT_EQ(child.examine().diagnosed->records[0].code, double_domain);
}

TEST(Diagnosis, SaysThatDomainkeyIsMissingInTheHost) {
  dns_world world;
  publish_three(world, "T?.example.com", "T?.dkim.amazonses.com");
  expect_diagnosis(
      world.examine(), 0, underscore_refused,
      "The record is at T1.example.com, where ._domainkey is missing; enter exactly T1._domainkey as "
      "its host.");
  dns_world apex{"mail.example.com"};
  publish_three(apex, "T?.example.com", "T?.dkim.amazonses.com");
  EXPECT_EQ(apex.examine().diagnosed->records[0].code, underscore_refused);
}

TEST(Diagnosis, LooksBelowTheNamesBetweenTheDomainAndTheZone) {
  dns_world world{"a.b.example.com"};
  publish_three(world, "T?._domainkey.b.example.com", "T?.dkim.amazonses.com");
  EXPECT_EQ(world.examine().diagnosed->records[0].code, missing_subdomain);
}

TEST(Diagnosis, SaysOfAMisplacedRecordAlsoThatItsValueIsWrong) {
  dns_world crossed;
  crossed.publish("T1._domainkey.example.com.example.com", rr_type::cname, "T2.dkim.amazonses.com");
  expect_diagnosis(
      crossed.examine(), 0, double_domain,
      "The DNS panel appended the domain: the record is at T1._domainkey.example.com.example.com; enter only "
      "T1._domainkey as its host, or end the name with a dot (T1._domainkey.example.com.). Its value is "
      "wrong, "
      "too: it points to T2.dkim.amazonses.com, which is the value of another of the three records, and must "
      "point to T1.dkim.amazonses.com.");

  dns_world alien{"mail.example.com"};
  alien.publish("T1._domainkey.example.com", rr_type::cname, "old.example.org");
  EXPECT_EQ(alien.examine().diagnosed->records[0].code, missing_subdomain);

  dns_world text;
  text.publish("T1._domainkey.example.com.example.com", rr_type::txt, "T1.dkim.amazonses.com");
  const std::string explanation = text.examine().diagnosed->records[0].explanation;
  EXPECT_NE(explanation.find("It is a TXT record"), explanation.npos) << explanation;
}

TEST(Diagnosis, SaysWhatARecordReallyPointsToWhoseHostIsTheValue) {
  dns_world world;
  publish_three(world, "T?.dkim.amazonses.com.example.com", "T?.dkim.amazonses.com");
  expect_diagnosis(
      world.examine(), 0, swapped_fields,
      "The value was entered as the host: there is a record T1.dkim.amazonses.com.example.com that points to "
      "T1.dkim.amazonses.com; enter T1._domainkey as the host, and T1.dkim.amazonses.com as the value.");
}

TEST(Diagnosis, FindsTheRecordsOfAnOlderSetAtTheirOwnNames) {
  dns_world world;
  const token_set older = sample_tokens(99);
  world.order.former = {{.tokens = older, .deleted_at = sample_start - std::chrono::days{30}}};
  for (const token& each : older)
    world.publish(each.text() + "._domainkey.example.com", rr_type::cname,
                  each.text() + ".dkim.amazonses.com");
  const observation seen = world.examine();
  expect_diagnosis(
      seen, 0, stale_token,
      "An older set of records is published: " + older[0].text() +
          "._domainkey.example.com has the token of a set that is not in use any more (deleted on "
          "2026-10-24); publish T1._domainkey.example.com as a CNAME to T1.dkim.amazonses.com, and "
          "remove the older one.");
  EXPECT_EQ(seen.diagnosed->records[2].code, stale_token);
}

TEST(Diagnosis, SaysThatHostAndValueAreExchanged) {
  dns_world world;
  publish_three(world, "T?.dkim.amazonses.com.example.com", "T?._domainkey.example.com");
  expect_diagnosis(
      world.examine(), 0, swapped_fields,
      "Host and value are exchanged: there is a record T1.dkim.amazonses.com.example.com that points to "
      "T1._domainkey.example.com; enter T1._domainkey as the host, and T1.dkim.amazonses.com as the value.");
}

TEST(Diagnosis, SaysThatTheRecordsAreThoseOfTheDomainWithoutWww) {
  dns_world world{"www.example.com"};
  publish_three(world, "T?._domainkey.example.com", "T?.dkim.amazonses.com");
  expect_diagnosis(
      world.examine(), 0, www_prefix,
      "The record is at T1._domainkey.example.com, which is not below www.example.com; verify example.com, "
      "which gets records of its own, or enter T1._domainkey.www as the host of this one.");
}

TEST(Diagnosis, SaysSoAlsoWhereWwwIsAZoneOfItsOwn) {
  dns_world world{"www.example.com", "www.example.com"};
  for (const std::string mark : {"T1", "T2", "T3"})
    world.publish_elsewhere(mark + "._domainkey.example.com", rr_type::cname, mark + ".dkim.amazonses.com");
  EXPECT_EQ(world.examine().diagnosed->records[2].code, www_prefix);
}

TEST(Diagnosis, LooksForEachRecordAtManyPlacesAsFarAsTheBudgetGoes) {
  dns_world world;
  world.publish("T3_domainkey.example.com", rr_type::cname, "T3.dkim.amazonses.com");
  EXPECT_EQ(world.examine().diagnosed->records[2].code, underscore_refused);

  dns_world frugal;
  frugal.order.budget = 26;
  EXPECT_EQ(frugal.examine().diagnosed->records[2].code, not_published);
  EXPECT_LE(frugal.questions(), 20U) << "the last questions are for other causes";
}

TEST(Diagnosis, AsksTwoServersByTurnsSoThatNeitherIsAskedMoreThanItsShare) {
  dns_world world;
  world.examine();
  const std::size_t one = world.questions_to(world.servers[0].name), other = world.questions_to(world.servers[1].name);
  EXPECT_GT(one + other, 20U);
  EXPECT_LE(std::max(one, other) - std::min(one, other), 2U) << one << " and " << other;
}

TEST(Diagnosis, TakesAWildcardAtAnotherNameForNoRecord) {
  dns_world world;
  world.publish("*.example.com", rr_type::cname, "www.example.org");
  world.publish("other._domainkey.example.com", rr_type::txt,
                "v=DKIM1; p=MIGf");  // so the wildcard stops above ours
  EXPECT_EQ(world.examine().diagnosed->whole.code, not_published);
}

}  // namespace
}  // namespace easydkim::tests
