// SPDX-License-Identifier: Apache-2.0
// For how long a diagnosis is told: until what was seen since ends it.
#include "core/diagnosis/diagnosis_expiry.hpp"

#include <gtest/gtest.h>

#include "tests/support/observations.hpp"

namespace easydkim {
namespace {

using namespace tests;
using enum diagnosis_code;

TEST(DiagnosisEnd, NoLongerBlamesARecordThatWasFoundSince) {
  identity subject = sample_identity();
  diagnosis_report report = sample_report(double_domain);
  report.records[1] = sample_diagnosis(not_published);
  subject.findings = {found_record(), absent_record(), absent_record()};

  diagnosis_report shown = without_expired(report, subject);
  EXPECT_EQ(shown.records[0].code, none);
  EXPECT_EQ(shown.records[1].code, not_published);
  EXPECT_EQ(shown.whole.code, double_domain) << "of the third";

  subject.findings[2] = found_record();
  EXPECT_EQ(without_expired(report, subject).whole.code, not_published);

  report.whole = sample_diagnosis(partial);
  EXPECT_EQ(without_expired(report, subject).whole.code, partial);
  subject.findings[1] = found_record();
  EXPECT_EQ(without_expired(report, subject).whole.code, none);

  EXPECT_EQ(without_expired(sample_report(negative_cache), subject).whole.code, negative_cache)
      << "published, but hidden from the resolver";
}

TEST(DiagnosisEnd, TellsOfAWildcardWithTheValueOfARecordUntilThatIsConfirmed) {
  identity subject = sample_identity();
  subject.findings[0] = found_record();
  diagnosis_report report = sample_report(wildcard);
  report.records[0].observed = subject.tokens[0].text() + ".dkim.amazonses.com";
  EXPECT_EQ(without_expired(report, subject).records[0].code, wildcard);
  report.records[0].observed = "parking.example.org";
  EXPECT_EQ(without_expired(report, subject).records[0].code, none) << "the record itself was published";
}

TEST(DiagnosisEnd, TellsOfAnOlderSetUntilTheRecordItselfIsThere) {
  identity subject = sample_identity();
  diagnosis_report report = sample_report(stale_token);
  report.records[0].observed = "older._domainkey." + subject.domain.text();
  subject.findings = {absent_record(), absent_record(), absent_record()};
  EXPECT_EQ(without_expired(report, subject).records[0].code, stale_token);
  subject.findings[0] = found_record();
  EXPECT_EQ(without_expired(report, subject).records[0].code, none);
}

TEST(DiagnosisEnd, BlamesAZoneUntilItsRecordsAreConfirmed) {
  identity subject = sample_identity();
  const finding unconfirmed{finding_kind::found, finding_reason::unconfirmed, {}};
  subject.findings = {unconfirmed, unconfirmed, unconfirmed};
  EXPECT_EQ(without_expired(sample_report(dnssec_bogus), subject).whole.code, dnssec_bogus);
  EXPECT_EQ(without_expired(sample_report(not_published), subject).whole.code, none);
  subject.findings = {found_record(), found_record(), found_record()};
  EXPECT_EQ(without_expired(sample_report(dnssec_bogus), subject).whole.code, none);
  EXPECT_EQ(without_expired(sample_report(txt_unresolvable), subject).whole.code, txt_unresolvable);
}

TEST(DiagnosisEnd, SaysNoMoreWhatTheZoneContradicts) {
  identity subject = sample_identity();
  const auto stands = [&](diagnosis_code code, const finding& seen) {
    subject.findings = {seen, seen, seen};
    return without_expired(sample_report(code), subject).whole.code == code;
  };
  const finding elsewhere{finding_kind::wrong_target, finding_reason::other_target, "another.example.org"};
  const finding split{finding_kind::absent, finding_reason::on_some_servers, "ns2.example.net"};
  for (const diagnosis_code each : {not_published, double_domain, ns_changed}) {
    EXPECT_TRUE(stands(each, absent_record())) << to_string(each);
    EXPECT_FALSE(stands(each, elsewhere)) << to_string(each) << ": something is at the name now";
  }
  for (const diagnosis_code each :
       {value_appended, stale_token, multiple_cname, negative_cache, auth_inconsistent})
    EXPECT_FALSE(stands(each, absent_record())) << to_string(each) << ": it is gone";
  EXPECT_FALSE(stands(value_appended, elsewhere)) << "it is another value";
  EXPECT_TRUE(stands(auth_inconsistent, split));
  EXPECT_FALSE(stands(auth_inconsistent, found_record()));
  EXPECT_FALSE(stands(auth_unreachable, absent_record())) << "they answer";
}

TEST(DiagnosisEnd, TellsNoPartThatIsAnotherByNow) {
  identity subject = sample_identity();
  subject.findings = {found_record(), absent_record(), absent_record()};
  diagnosis_report report = sample_report(not_published);
  report.whole = diagnosed(partial, {.also = "1 of 3", .words = "A and B"});
  EXPECT_EQ(without_expired(report, subject).whole.code, partial);
  subject.findings[1] = found_record();
  EXPECT_EQ(without_expired(report, subject).whole.code, not_published) << "one more is there";
  subject.findings = {absent_record(), absent_record(), absent_record()};
  EXPECT_EQ(without_expired(report, subject).whole.code, partial)
      << "while it is waited for, not all are looked at";
  subject.dkim.status = dkim_status::temporary_failure;
  EXPECT_EQ(without_expired(report, subject).whole.code, not_published);
}

TEST(DiagnosisEnd, BlamesOurResolverOnlyUntilItAnswers) {
  identity subject = sample_identity();
  const finding silent{finding_kind::no_answer, finding_reason::timeout, {}};
  subject.findings = {silent, silent, silent};
  EXPECT_EQ(without_expired(sample_report(our_resolver_down), subject).whole.code, our_resolver_down);
  subject.findings = {absent_record(), absent_record(), absent_record()};
  EXPECT_EQ(without_expired(sample_report(our_resolver_down), subject).whole.code, none);
}

}  // namespace
}  // namespace easydkim
