// SPDX-License-Identifier: Apache-2.0
#include "core/diagnosis/diagnosis.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace easydkim {
namespace {

using enum diagnosis_code;

constexpr clue everything{
    .name = "tok._domainkey.mail.example.com",
    .value = "tok.dkim.example.org",
    .domain = "mail.example.com",
    .zone = "example.com",
    .host = "tok._domainkey.mail",
    .observed = "seen.example.net",
    .server = "ns1.example.net (192.0.2.1)",
    .also = "one more thing",
    .words = "so publish it",
    .remedy = "Publish it",
    .until = time_point{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} + std::chrono::hours{14}}};

/// What is always known of a record.
constexpr clue the_least{.name = everything.name,
                         .value = everything.value,
                         .domain = everything.domain,
                         .zone = everything.zone,
                         .host = everything.host,
                         .words = everything.words,
                         .remedy = everything.remedy};

bool holds(std::string_view text, std::string_view part) {
  return text.find(part) != text.npos;
}

TEST(Diagnosis, HasAWordAndASentenceForEveryCode) {
  std::set<std::string_view> words;
  for (const diagnosis_code code : catalogue()) {
    const diagnosis told = diagnosed(code, everything);
    EXPECT_TRUE(words.insert(to_string(code)).second) << to_string(code);
    EXPECT_EQ(diagnosis_code_from_string(to_string(code)), code);
    EXPECT_EQ(told.code, code);
    EXPECT_TRUE(told.explanation.ends_with('.')) << told.explanation;
    EXPECT_EQ(told.observed, everything.observed);
    EXPECT_EQ(told.server, everything.server);
    EXPECT_EQ(told.until, everything.until);
  }
  // Every number of the enum but none: 1 to 41 and 43, of which 15, 23 and 33, 34 are no causes.
  EXPECT_EQ(catalogue().size(), 38u);
  EXPECT_EQ(std::set(catalogue().begin(), catalogue().end()).size(), 38u);
}

TEST(Diagnosis, LeavesNoMarkUnfilledWhateverIsKnown) {
  for (const diagnosis_code code : catalogue())
    for (const clue& seen : {everything, the_least}) {
      const std::string told = diagnosed(code, seen).explanation;
      EXPECT_EQ(told.find_first_of("{}[]"), told.npos) << told;
      EXPECT_LE(told.size(), 700u) << told;
    }
}

TEST(Diagnosis, WarnsBeforeAnyRecordIsPublishedWithoutNamingOne) {
  constexpr clue domain_alone{.domain = everything.domain,
                              .zone = everything.zone,
                              .words = everything.words,
                              .remedy = everything.remedy};
  for (const diagnosis_code code : {our_resolver_down, not_yours, no_such_domain, auth_unreachable,
                                    auth_inconsistent, dnssec_bogus, not_delegated_here, wildcard, proxied})
    for (const clue& known : {everything, domain_alone}) {
      const std::string warning = warning_before_publishing(code, known);
      EXPECT_TRUE(warning.ends_with('.')) << warning;
      EXPECT_EQ(warning.find_first_of("{}[]"), warning.npos) << warning;
      EXPECT_FALSE(holds(warning, everything.name) || holds(warning, everything.value)) << warning;
    }
  EXPECT_EQ(warning_before_publishing(none, everything), "");
}

TEST(Diagnosis, SaysLessWhereLessIsKnownButStillASentence) {
  for (const diagnosis_code code : catalogue()) {
    clue seen = the_least;
    seen.observed = everything.observed;  // where a code rests on something seen, that is known
    seen.also = everything.also;
    const std::string told = diagnosed(code, seen).explanation;
    for (const std::string_view hole : {"  ", "()", " .", " ,", "( "})
      EXPECT_FALSE(holds(told, hole)) << told;
  }
}

TEST(Diagnosis, TellsTheOwnerWhatToDoWhenItIsTheOwnersToMend) {
  constexpr std::string_view remedies[] = {"publish", "enter", "change", "delete", "keep only", "end the",
                                           "set the", "turn",  "verify", "have ",  "sign the",  "register"};
  for (const diagnosis_code code : catalogue()) {
    if (class_of(code) != diagnosis_class::fix) continue;
    const std::string told = diagnosed(code, everything).explanation;
    EXPECT_TRUE(std::ranges::any_of(remedies, [&](std::string_view each) { return holds(told, each); }))
        << told;
  }
}

TEST(Diagnosis, TellsWhoeverNeedNotActThatItIsSo) {
  for (const diagnosis_code code : catalogue()) {
    if (code == auth_inconsistent) continue;  // its probe says what to do
    const std::string told = diagnosed(code, everything).explanation;
    const std::string_view words = class_of(code) == diagnosis_class::ours
                                       ? "the owner of the domain need not act"
                                   : class_of(code) == diagnosis_class::wait ? "wait"
                                                                             : "";
    EXPECT_TRUE(holds(told, words)) << told;
  }
}

TEST(Diagnosis, ReadsAsAPersonWouldSayIt) {
  clue seen = everything;
  seen.observed = "tok._domainkey.mail.example.com.example.com";
  seen.remedy = {};
  seen.words = {};
  EXPECT_EQ(
      diagnosed(double_domain, seen).explanation,
      "The DNS panel appended the domain: the record is at tok._domainkey.mail.example.com.example.com; "
      "enter only tok._domainkey.mail as its host, or end the name with a dot "
      "(tok._domainkey.mail.example.com.).");
  EXPECT_EQ(diagnosed(not_published, seen).explanation,
            "ns1.example.net (192.0.2.1) answers that tok._domainkey.mail.example.com " +
                std::string{everything.also} +
                "; "
                "publish it as a CNAME to tok.dkim.example.org (in most DNS panels its host is "
                "tok._domainkey.mail).");
  EXPECT_EQ(
      diagnosed(not_published,
                {.name = "_ses.example.com", .value = "abc", .also = "does not exist yet", .of = proof::txt})
          .explanation,
      "_ses.example.com does not exist yet; publish it as a TXT record that says abc (in most DNS panels "
      "its host is _ses.example.com).");
  EXPECT_EQ(
      diagnosed(negative_cache, seen).explanation,
      "The record tok._domainkey.mail.example.com is right on the name servers of example.com. Resolvers "
      "that asked before may still say until 2026-11-23T14:00:00Z that it does not exist; wait, there is "
      "nothing left to do.");
}

TEST(Diagnosis, QuotesAndCutsForeignText) {
  clue seen = everything;
  seen.observed = "\x1B[31m{value}";
  EXPECT_TRUE(holds(diagnosed(wrong_suffix, seen).explanation, "points to \\027[31m{value}: the token"));
  const std::string endless(1000, 'x');
  seen.observed = endless;
  EXPECT_EQ(diagnosed(wrong_suffix, seen).observed, std::string(100, 'x') + "...");
  EXPECT_LE(diagnosed(wrong_suffix, seen).explanation.size(), 300u);
}

TEST(Diagnosis, IsNothingForNone) {
  EXPECT_EQ(diagnosed(none, everything), diagnosis{});
  EXPECT_EQ(to_string(none), "");
  EXPECT_EQ(diagnosis_code_from_string(""), none);
  EXPECT_FALSE(diagnosis_code_from_string("NONSENSE"));
  EXPECT_FALSE(diagnosis_code_from_string("not_published"));
}

TEST(Diagnosis, DecidesInTheOrderOfTheCatalogue) {
  const auto all = catalogue();
  const auto place = [&](diagnosis_code code) { return std::ranges::find(all, code) - all.begin(); };
  const std::vector in_order{our_resolver_down,  no_such_domain,    auth_unreachable,
                             dnssec_bogus,       negative_cache,    stale_positive_cache,
                             auth_inconsistent,  wildcard,          txt_instead_of_cname,
                             key_copied,         proxied,           flattened,
                             double_domain,      missing_subdomain, underscore_refused,
                             swapped_fields,     value_appended,    value_garbage,
                             tokens_crossed,     stale_token,       wrong_suffix,
                             not_delegated_here, ns_changed,        not_published};
  EXPECT_TRUE(std::ranges::is_sorted(in_order, {}, place));
  EXPECT_EQ(all.front(), our_resolver_down);
}

TEST(Diagnosis, TellsOfSeveralTheOneThatTellsMost) {
  const auto most = [](std::initializer_list<diagnosis_code> codes) {
    std::vector<diagnosis> all;
    for (const diagnosis_code each : codes) all.push_back(diagnosed(each, everything));
    return most_telling(all).code;
  };
  EXPECT_EQ(most({}), none);
  EXPECT_EQ(most({none, none}), none);
  EXPECT_EQ(most({none, not_published, double_domain}), double_domain);
  EXPECT_EQ(most({not_published, our_resolver_down}), our_resolver_down);
  EXPECT_EQ(most({negative_cache, not_published}), not_published)
      << "what must be done tells more than waiting";
  EXPECT_EQ(most({ent_nxdomain, negative_cache}), negative_cache);
  EXPECT_EQ(most({none, ent_nxdomain}), ent_nxdomain);
  EXPECT_EQ(most({key_copied, target_key_missing, not_published}), not_published)
      << "what blocks comes first";
  EXPECT_EQ(most({target_key_missing, negative_cache}), negative_cache);
  EXPECT_EQ(most({ent_nxdomain, target_key_missing}), target_key_missing);
}

TEST(Diagnosis, HasOneOfSesWordsForEveryCode) {
  EXPECT_EQ(to_string(error_of(not_published)), "HOST_NOT_FOUND");
  EXPECT_EQ(to_string(error_of(txt_instead_of_cname)), "TYPE_NOT_FOUND");
  EXPECT_EQ(to_string(error_of(wrong_suffix)), "INVALID_VALUE");
  EXPECT_EQ(to_string(error_of(dnssec_bogus)), "DNS_SERVER_ERROR");
  EXPECT_EQ(to_string(error_of(our_resolver_down)), "SERVICE_ERROR");
  for (const diagnosis_code code : catalogue())
    EXPECT_EQ(error_of(code) == verification_error::service_error, class_of(code) == diagnosis_class::ours)
        << to_string(code);
}

TEST(Diagnosis, CallsItsClassesByName) {
  EXPECT_EQ(to_string(class_of(not_published)), "FIX");
  EXPECT_EQ(to_string(class_of(negative_cache)), "WAIT");
  EXPECT_EQ(to_string(class_of(target_key_missing)), "OURS");
  EXPECT_EQ(to_string(class_of(ent_nxdomain)), "INFO");
}

}  // namespace
}  // namespace easydkim
