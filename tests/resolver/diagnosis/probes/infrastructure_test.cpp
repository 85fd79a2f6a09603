// SPDX-License-Identifier: Apache-2.0
// What a diagnosis says when the domain, its servers or our resolver do not work.
#include "tests/resolver/diagnosis/dns_world.hpp"

namespace easydkim::tests {
namespace {

using enum diagnosis_code;
using outcome = zone_search::outcome;

TEST(Diagnosis, SaysNothingWhileAServerIsBusyWithOurOwnQuestions) {
  dns_world world;
  world.publish("T1._domainkey.example.com.example.com", rr_type::cname, "T1.dkim.amazonses.com");
  world.servers.back().does = world_server::manner::busy;
  EXPECT_FALSE(world.examine().diagnosed);
}

TEST(Diagnosis, SaysBeforeAllElseThatOurResolverIsDown) {
  dns_world world;
  world.order.resolver_healthy = false;
  world.order.search.what = outcome::no_such_domain;
  const observation seen = world.examine();
  expect_diagnosis(seen, 0, our_resolver_down,
                   "Our own DNS resolver does not answer, so nothing is known about "
                   "T1._domainkey.example.com yet; that is "
                   "for the operator of this service to mend, and the owner of the domain need not act.");
  EXPECT_EQ(to_string(seen.diagnosed->whole.code), "OUR_RESOLVER_DOWN");
}

TEST(Diagnosis, SaysThatOurResolverIsDownWhenTheSearchForTheZoneFoundNone) {
  dns_world world;
  world.order.search = {};
  EXPECT_EQ(world.examine().diagnosed->whole.code, our_resolver_down);
  EXPECT_EQ(world.questions(), 0U);
}

TEST(Diagnosis, SaysThatTheDomainDoesNotExist) {
  dns_world world;
  world.order.search = {.what = outcome::no_such_domain, .where = {}, .detail = "com"};
  expect_diagnosis(
      world.examine(), 0, no_such_domain,
      "example.com does not exist: it is not in the zone com (expired, or misspelt?); register or renew "
      "it, or delete this identity and verify the right name.");
  EXPECT_EQ(world.questions(), 0U);
}

TEST(Diagnosis, SaysOfASubdomainWhichDomainDoesNotExist) {
  dns_world world{"mail.example.com"};
  world.order.search = {
      .what = outcome::no_such_domain, .where = {}, .detail = "com", .missing = "example.com"};
  EXPECT_TRUE(world.examine().diagnosed->whole.explanation.starts_with("example.com does not exist: "));
}

TEST(Diagnosis, SaysThatThoseWhoAreToConfirmDoNot) {
  dns_world world;
  world.publish_all();
  world.order.findings[1] = {finding_kind::found, finding_reason::unconfirmed, {}};
  const observation seen = world.examine();
  EXPECT_EQ(seen.diagnosed->records[0].code, none);
  expect_diagnosis(
      seen, 1, our_resolver_down,
      "T2._domainkey.example.com is in place, but too few of the resolvers that we ask to confirm it show it "
      "yet; that is for the operator of this service to mend, and the owner of the domain need not act.");
}

TEST(Diagnosis, SaysThatNoServerOfTheZoneAnswers) {
  dns_world world;
  for (auto& each : world.servers) each.does = world_server::manner::silent;
  expect_diagnosis(
      world.examine(), 0, auth_unreachable,
      "Too few name servers of example.com answer for it (ns1.example.net (192.0.2.1) does not answer, "
      "ns2.example.net (192.0.2.2) does not answer), so the record T1._domainkey.example.com cannot be "
      "verified; "
      "have them mended, or name others in the NS records of example.com and at the registrar.");
}

TEST(Diagnosis, SaysWhatALameServerAnswers) {
  dns_world refusing;
  for (auto& each : refusing.servers) each.does = world_server::manner::refuses;
  const diagnosis said = refusing.examine().diagnosed->whole;
  EXPECT_EQ(said.code, auth_unreachable);
  EXPECT_NE(said.explanation.find("(ns1.example.net (192.0.2.1) refuses to answer for the zone (REFUSED), "),
            said.explanation.npos)
      << said.explanation;

  dns_world failing;
  for (auto& each : failing.servers) each.does = world_server::manner::fails;
  const std::string fails = failing.examine().diagnosed->whole.explanation;
  EXPECT_NE(fails.find("ns2.example.net (192.0.2.2) fails (SERVFAIL)"), fails.npos) << fails;

  dns_world elsewhere;
  for (auto& each : elsewhere.servers) each.does = world_server::manner::without_authority;
  const diagnosis also = elsewhere.examine().diagnosed->whole;
  EXPECT_EQ(also.code, auth_unreachable);
  EXPECT_NE(also.explanation.find("answers without authority"), also.explanation.npos) << also.explanation;
}

TEST(Diagnosis, SaysThatASearchEndedAtAServerThatDoesNotAnswer) {
  dns_world world;
  world.order.search = {.what = outcome::unreachable, .where = {}, .detail = "ns9.example.org"};
  expect_diagnosis(
      world.examine(), 2, auth_unreachable,
      "Too few name servers of example.com answer for it (ns9.example.org gives no answer for it), so the "
      "record T3._domainkey.example.com cannot be verified; have them mended, or name others in the NS "
      "records of example.com and at the registrar.");
}

server_answer refusal(std::string server, std::string_view address, std::string_view name) {
  server_answer answer{
      .name = std::move(server), .address = server_address::parse(address).value(), .reply = {}};
  answer.reply.asked =
      dns_question{{name}, rr_type::soa, std::array<std::uint8_t, dns_question::random_octets>{}};
  answer.reply.what = server_reply::outcome::arrived;
  answer.reply.content = dns_world::failure(5);
  return answer;
}

/// The search ended at servers of `apex`.
void ended_at(dns_world& world, std::string apex) {
  world.order.search = {};
  world.order.search.what = outcome::unreachable;
  world.order.search.where.apex = std::move(apex);
  world.servers.clear();
}

TEST(Diagnosis, SaysWhatEachServerDidThatTheSearchEndedAtAndKeepsItAsEvidence) {
  dns_world world;
  ended_at(world, "example.com");
  world.order.search.answers = {refusal("ns8.example.org", "192.0.2.8", "_domainkey.example.com")};
  world.order.search.where.servers = {{"ns8.example.org", {}}, {"ns9.example.org", {}}};
  const observation seen = world.examine_as_searched();
  expect_diagnosis(seen, 0, auth_unreachable,
                   "Too few name servers of example.com answer for it (ns8.example.org (192.0.2.8) refuses "
                   "to answer for the "
                   "zone (REFUSED)), so the record T1._domainkey.example.com cannot be verified; have them "
                   "mended, or name "
                   "others in the NS records of example.com and at the registrar.");
  ASSERT_EQ(seen.answers.size(), 1U);
  EXPECT_EQ(seen.answers[0].name, "_domainkey.example.com");
  EXPECT_EQ(seen.answers[0].type, "SOA");
  EXPECT_EQ(seen.answers[0].rcode, "REFUSED");
  ASSERT_TRUE(seen.records[2]);
  EXPECT_EQ(seen.records[2]->published,
            (std::vector<server_sighting>{{"ns8.example.org", "192.0.2.8", finding_kind::no_answer, {}},
                                          {"ns9.example.org", "", finding_kind::no_answer, {}}}));
}

TEST(Diagnosis, SaysFromWhatIsKeptWhatServersDoThatWereNotAskedAgain) {
  dns_world world;
  ended_at(world, "example.com");
  world.order.search.where.servers = {{"ns8.example.org", {}}};
  answer_seen kept;
  kept.server = "ns8.example.org (192.0.2.8)";
  kept.rcode = "SERVFAIL";
  world.order.kept_answers = {kept};
  const std::string explanation = world.examine_as_searched().diagnosed->whole.explanation;
  EXPECT_NE(explanation.find("ns8.example.org (192.0.2.8) fails (SERVFAIL)"), explanation.npos)
      << explanation;
}

TEST(Diagnosis, SendsTheOwnerOfADeadDomainkeyZoneToTheZoneAboveAndNotToTheRegistrar) {
  dns_world world;
  world.order.registrable = "example.com";
  ended_at(world, "_domainkey.example.com");
  world.order.search.answers = {refusal("esp1.example.org", "192.0.2.8", "_domainkey.example.com")};
  world.order.search.where.servers = {{"esp1.example.org", {}}};
  expect_diagnosis(
      world.examine_as_searched(), 0, auth_unreachable,
      "Too few name servers of _domainkey.example.com answer for it (esp1.example.org (192.0.2.8) refuses to "
      "answer for the zone (REFUSED)), so the record T1._domainkey.example.com cannot be verified; remove "
      "the NS "
      "records of _domainkey.example.com from the zone of example.com, and publish the record there; or, if "
      "its "
      "servers are to hold T1._domainkey.example.com, have them mended.");
}

TEST(Diagnosis, DoesNotSayOfAVerifiedDomainThatItCannotBeVerified) {
  dns_world world;
  world.publish_all();
  world.order.subject.dkim.status = dkim_status::success;
  world.servers[1].does = world_server::manner::silent;
  expect_diagnosis(world.examine(), 0, auth_unreachable,
                   "Not all name servers of example.com answer for it (ns2.example.net (192.0.2.2) does not "
                   "answer); the domain "
                   "stays verified; have them mended, or name others in the NS records of example.com and at "
                   "the registrar.");
}

TEST(Diagnosis, TakesTheAbsenceOfANameBelowTheRegistrableDomainForNoMissingDomain) {
  dns_world world{"news.mail.example.com"};
  world.order.asked = examination_order::witness::resolver;
  world.order.search = {};
  world.order.registrable = "example.com";
  world.publish("T1._domainkey.example.com", rr_type::cname, "T1.dkim.amazonses.com");
  const observation seen = world.examine_as_searched();
  EXPECT_EQ(seen.diagnosed->records[0].code, missing_subdomain);
  ASSERT_TRUE(seen.zone);
  EXPECT_EQ(seen.zone->apex, "example.com");

  dns_world gone{"news.mail.example.com"};
  gone.order.asked = examination_order::witness::resolver;
  gone.order.search = {};
  gone.order.registrable = "example.com";
  dns_reply denial = gone.negative(3);
  denial.authority.front().owner = "com";
  gone.resolver_says("news.mail.example.com", rr_type::soa, denial);
  const std::string explanation = gone.examine_as_searched().diagnosed->whole.explanation;
  EXPECT_TRUE(explanation.starts_with("example.com does not exist: it is not in the zone com"))
      << explanation;
}

TEST(Diagnosis, SaysThatTooFewServersHaveARightRecordWhenTheOthersAreSilent) {
  dns_world world;
  world.publish_all();
  world.servers[1].does = world_server::manner::silent;
  EXPECT_EQ(world.examine().diagnosed->whole.code, auth_unreachable);
}

TEST(Diagnosis, TellsOfAMissingRecordRatherThanOfASilentServer) {
  dns_world world;
  world.servers[1].does = world_server::manner::refuses;
  EXPECT_EQ(world.examine().diagnosed->whole.code, not_published);
}

/// The resolver refuses the record, and shows it when it need not check it.
void refuse(dns_world& world, std::string_view name, dns_reply with) {
  world.resolver_says(name, rr_type::cname, std::move(with));
  world.resolver_says_unchecked(name, rr_type::cname,
                                world.positive(name, rr_type::cname, "T1.dkim.amazonses.com"));
}

TEST(Diagnosis, SaysThatDnssecIsBrokenWithTheExtendedError) {
  dns_world world;
  world.publish_all();
  dns_reply refused = dns_world::failure(2);
  refused.error = extended_error{.code = 7, .text = "signature expired"};
  refuse(world, "T1._domainkey.example.com", refused);

  const observation seen = world.examine();
  expect_diagnosis(
      seen, 0, dnssec_bogus,
      "Validating resolvers refuse example.com, because its DNSSEC signatures do not hold (EDE 7 (Signature "
      "Expired): signature expired); sign the zone anew, or remove its DS records at the registrar.");
  EXPECT_EQ(seen.diagnosed->records[0].observed, "EDE 7 (Signature Expired): signature expired");
}

TEST(Diagnosis, SaysThatTheSignatureOfARecordIsBroken) {
  dns_world world;
  world.publish_all();
  world.resolver_says("T1._domainkey.example.com", rr_type::cname, dns_world::failure(2));
  world.resolver_says_unchecked(
      "T1._domainkey.example.com", rr_type::cname,
      world.positive("T1._domainkey.example.com", rr_type::cname, "T1.dkim.amazonses.com"));
  const observation seen = world.examine();
  EXPECT_EQ(seen.diagnosed->records[0].code, dnssec_bogus);
  EXPECT_EQ(seen.diagnosed->records[1].code, none);
}

TEST(Diagnosis, BlamesNoSignaturesWhenTheResolverFailsWithoutCheckingThemToo) {
  dns_world world;
  world.publish_all();
  world.resolver_says("T1._domainkey.example.com", rr_type::cname, dns_world::failure(2));
  world.resolver_says_unchecked("T1._domainkey.example.com", rr_type::cname, dns_world::failure(2));
  EXPECT_EQ(world.examine().diagnosed->whole.code, none);
}

TEST(Diagnosis, SaysThatAServerDeniesWithoutSoa) {
  dns_world world;
  for (auto& each : world.servers) each.does = world_server::manner::without_start;
  expect_diagnosis(
      world.examine(), 0, nodata_without_soa,
      "A name server of example.com (ns1.example.net (192.0.2.1)) breaks the rules of the DNS (no SOA in a "
      "negative answer), so resolvers may not trust its answers; have it mended, and publish "
      "T1._domainkey.example.com as a CNAME to T1.dkim.amazonses.com if that is not done.");
}

TEST(Diagnosis, SaysThatAServerChangesTheLettersOfTheQuestion) {
  dns_world world;
  world.publish_all();
  for (auto& each : world.servers) each.does = world_server::manner::other_letters;
  expect_diagnosis(
      world.examine(), 0, nodata_without_soa,
      "A name server of example.com (ns1.example.net (192.0.2.1)) breaks the rules of the DNS (the question "
      "came back with other letters), so resolvers may not trust its answers; have it mended, and publish "
      "T1._domainkey.example.com as a CNAME to T1.dkim.amazonses.com if that is not done.");
}

TEST(Diagnosis, MentionsThatDomainkeyItselfIsDenied) {
  dns_world world;
  world.publish_all();
  for (auto& each : world.servers) each.denies_empty_names = true;
  expect_diagnosis(
      world.examine(), 1, ent_nxdomain,
      "A name server of example.com (ns1.example.net (192.0.2.1)) denies _domainkey.example.com, although "
      "T2._domainkey.example.com exists below it, so careful resolvers may not find the record; have the "
      "server mended.");
}

}  // namespace
}  // namespace easydkim::tests
