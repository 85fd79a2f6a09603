// SPDX-License-Identifier: Apache-2.0
// What a diagnosis says of CNAMEs that point elsewhere.
#include "tests/resolver/diagnosis/dns_world.hpp"

namespace easydkim::tests {
namespace {

using enum diagnosis_code;

constexpr std::string_view name = "T1._domainkey.example.com";

/// The records as they should be, but the first points to `target`.
observation with_first(std::string_view target, std::vector<former_token_set> former = {}) {
  dns_world world;
  world.publish_all();
  for (auto& each : world.servers) each.records.erase({with_tokens(std::string{name}), rr_type::cname});
  world.publish(name, rr_type::cname, target);
  world.resolver_says(target, rr_type::cname, world.negative(3));
  world.order.former = std::move(former);
  return world.examine();
}

TEST(Diagnosis, SaysThatThePanelAppendedTheDomainToTheValue) {
  const observation seen = with_first("T1.dkim.amazonses.com.example.com");
  expect_diagnosis(
      seen, 0, value_appended,
      "T1._domainkey.example.com points to T1.dkim.amazonses.com.example.com, because the DNS panel appended "
      "the domain to the value; end the value with a dot (T1.dkim.amazonses.com.).");
  EXPECT_EQ(seen.diagnosed->records[1].code, none);
  EXPECT_EQ(seen.diagnosed->whole, seen.diagnosed->records[0]);
}

TEST(Diagnosis, SaysWhatIsWrongWithTheTextOfAValue) {
  struct row {
    std::string_view target;
    std::string_view fault;
  };
  for (const row& each : {
           row{"\\032T1.dkim.amazonses.com", "it begins with a blank"},
           row{"T1.dkim.amazonses.com\\032", "it has a blank in it"},
           row{"\\\"T1.dkim.amazonses.com\\\"", "it has quotes in it"},
           row{"http://T1.dkim.amazonses.com", "it is the address of a web page"},
           row{"T1,dkim,amazonses,com", "it has characters that no value has"},
           row{"T1.dkim.amazon", "its end is cut off"},
           row{"dkim.amazonses.com", "its beginning is cut off"},
           row{"xT1.dkim.amazonses.com", "a few characters differ"},
           row{"mail.example.org", "it is another name altogether"},
       }) {
    expect_diagnosis(with_first(each.target), 0, value_garbage,
                     "T1._domainkey.example.com points to " + std::string{each.target} +
                         ", which is not quite the value: " + std::string{each.fault} +
                         "; enter exactly T1.dkim.amazonses.com, without blanks, quotes or 'http://'.");
  }
}

TEST(Diagnosis, SaysThatTheTokensAreCrossed) {
  expect_diagnosis(
      with_first("T2.dkim.amazonses.com"), 0, tokens_crossed,
      "T1._domainkey.example.com points to T2.dkim.amazonses.com, which is the value of another of the three "
      "records (T2._domainkey.example.com); change its value to T1.dkim.amazonses.com.");
}

TEST(Diagnosis, SaysThatATokenIsAnOldOne) {
  const token_set former = sample_tokens(99);
  const token old = former[0];
  const std::string target = old.text() + ".dkim.amazonses.com";
  expect_diagnosis(with_first(target), 0, stale_token,
                   "T1._domainkey.example.com points to " + target +
                       ", which is a token of an older set, or of somebody else; change its value to "
                       "T1.dkim.amazonses.com.");
  expect_diagnosis(
      with_first(target, {{.tokens = former, .deleted_at = sample_start - std::chrono::days{30}}}), 0,
      stale_token,
      "T1._domainkey.example.com points to " + target +
          ", which is a token of an older set, or of somebody else (deleted on 2026-10-24); change its value "
          "to T1.dkim.amazonses.com.");
}

TEST(Diagnosis, SaysThatATokenIsAnOldOneBelowAnotherSuffixWhereItIsKnownToBe) {
  const token_set former = sample_tokens(99);
  const std::string target = former[0].text() + ".dkim.eu.amazonses.com";
  const std::vector<former_token_set> known{{.tokens = former, .deleted_at = sample_start}};
  EXPECT_EQ(with_first(target, known).diagnosed->records[0].code, stale_token);
  EXPECT_EQ(with_first(target).diagnosed->records[0].code, value_garbage);
}

TEST(Diagnosis, SaysOfAValueWithTwoMistakesBoth) {
  expect_diagnosis(
      with_first("T2.dkim.amazonses.com.example.com"), 0, value_appended,
      "T1._domainkey.example.com points to T2.dkim.amazonses.com.example.com, because the DNS panel appended "
      "the domain to the value, and it is the value of another of the three records; end the value with a "
      "dot "
      "(T1.dkim.amazonses.com.).");
  expect_diagnosis(
      with_first("T3.dkim.eu.amazonses.com"), 0, tokens_crossed,
      "T1._domainkey.example.com points to T3.dkim.eu.amazonses.com, which is the value of another of the "
      "three "
      "records (T3._domainkey.example.com), and what follows the token is wrong, too; change its value to "
      "T1.dkim.amazonses.com.");
}

TEST(Diagnosis, SaysThatTheDomainWasAppendedOnlyWhereItWas) {
  expect_diagnosis(with_first("T1.dkim.amazonses.com.cdn.example.net"), 0, wrong_suffix,
                   "T1._domainkey.example.com points to T1.dkim.amazonses.com.cdn.example.net: the token is "
                   "right, but not "
                   "what follows it; change the value to T1.dkim.amazonses.com.");
}

TEST(Diagnosis, SaysThatTheSuffixIsWrong) {
  expect_diagnosis(
      with_first("T1.dkim.eu-west-1.amazonses.com"), 0, wrong_suffix,
      "T1._domainkey.example.com points to T1.dkim.eu-west-1.amazonses.com: the token is right, but not what "
      "follows it; change the value to T1.dkim.amazonses.com.");
}

}  // namespace
}  // namespace easydkim::tests
