// SPDX-License-Identifier: Apache-2.0
// What becomes of a check's observation: kept with the verdict, in one commit, and only when it is news.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "tests/support/observations.hpp"
#include "tests/support/scratch_daemon.hpp"

namespace easydkim {
namespace {

namespace json = boost::json;
using namespace tests;

class Settlement : public testing::Test {
 protected:
  json::object call(std::string_view method, std::string_view params) {
    const std::string line = daemon_.answer(R"({"jsonrpc":"2.0","id":1,"method":")" + std::string{method} +
                                            R"(","params":)" + std::string{params} + "}");
    const json::object answered = json::parse(line).as_object();
    return answered.contains("result") ? answered.at("result").as_object() : answered;
  }
  identity issue() {
    call("VerifyDomainDkim", R"({"Domain":"example.com"})");
    return *daemon_.stored("example.com");
  }
  check poll(finding seen) { return check_that_saw(dkim_status::pending, std::move(seen)); }

  scratch_daemon daemon_;
};

TEST_F(Settlement, KeepsVerdictAndObservationInOneCommit) {
  const identity subject = issue();
  const std::uint64_t commits = daemon_.commits_total();
  const auto stored = daemon_.settle(subject.id, poll(absent_record()), sample_observation());
  EXPECT_EQ(stored->findings[0].kind, finding_kind::absent);
  EXPECT_EQ(daemon_.kept_of(subject.id).answers, sample_observation().answers);
  EXPECT_EQ(daemon_.commits_total(), commits + 1);
}

TEST_F(Settlement, WritesNothingWhileNothingIsNews) {
  const identity subject = issue();
  daemon_.settle(subject.id, poll(absent_record()), sample_observation());
  const std::uint64_t commits = daemon_.commits_total();
  for (int i = 0; i < 10; ++i) {
    observation again = sample_observation();
    for (answer_seen& each : again.answers) each.at += std::chrono::seconds{i};
    EXPECT_TRUE(daemon_.settle(subject.id, poll(absent_record()), again));
  }
  EXPECT_EQ(daemon_.commits_total(), commits);
}

TEST_F(Settlement, OfAnObservationAloneIsNoVerdict) {
  const identity subject = issue();
  daemon_.settle(subject.id, poll(silence()), sample_observation());
  const identity before = *daemon_.stored("example.com");
  observation other = sample_observation();
  other.diagnosed = sample_report(diagnosis_code::double_domain);
  const auto stored = daemon_.settle(subject.id, poll(silence()), other);
  EXPECT_EQ(stored, before);
  EXPECT_EQ(daemon_.kept_of(subject.id).diagnosed->whole.code, diagnosis_code::double_domain);
}

TEST_F(Settlement, OfADeletedIdentityKeepsNothing) {
  const identity subject = issue();
  call("DeleteIdentity", R"({"Identity":"example.com"})");
  EXPECT_FALSE(daemon_.settle(subject.id, poll(absent_record()), sample_observation()));
  EXPECT_EQ(daemon_.kept_of(subject.id), evidence{});
}

TEST_F(Settlement, RemembersTheZoneOfASuccess) {
  const identity subject = issue();
  daemon_.settle(subject.id, poll(absent_record()), sample_observation());
  const auto stored = daemon_.settle(subject.id, check_in_place(dkim_status::pending), {});
  EXPECT_EQ(stored->dkim.status, dkim_status::success);
  EXPECT_EQ(daemon_.kept_of(subject.id).zone_at_success, sample_zone());
  EXPECT_FALSE(daemon_.kept_of(subject.id).diagnosed);
}

TEST_F(Settlement, SaysTheDiagnosisWhenRecordsAreLost) {
  const identity subject = issue();
  daemon_.settle(subject.id, check_in_place(dkim_status::pending), sample_observation());
  std::string reason;
  daemon_.feed().join({.status = [&](const identity_change& change) { reason = change.reason; }});
  observation lost;
  lost.diagnosed = sample_report(diagnosis_code::ns_changed);
  lost.diagnosed->whole = sample_diagnosis(diagnosis_code::ns_changed, "ns1.example.org");
  for (int miss = 0; miss < misses_before_temporary_failure; ++miss) {
    daemon_.settle(subject.id, check_that_saw(dkim_status::success, absent_record()), lost);
    daemon_.ahead += std::chrono::minutes{40};
  }
  EXPECT_EQ(daemon_.stored("example.com")->dkim.status, dkim_status::temporary_failure);
  EXPECT_EQ(reason, "A record was gone in 3 checks in a row: " + lost.diagnosed->whole.explanation);
}

TEST_F(Settlement, ShowsInTheIdentityWhatWasSeenAndWhy) {
  const identity subject = issue();
  const json::object untouched = call("DescribeIdentity", R"({"Identity":"example.com"})");
  EXPECT_TRUE(untouched.at("Zone").is_null());
  EXPECT_TRUE(untouched.at("Diagnosis").is_null());
  EXPECT_TRUE(untouched.at("DiagnosedAt").is_null());
  for (const char* member : {"Published", "Visible", "VisibleAt", "Diagnosis"})
    EXPECT_TRUE(untouched.at("Records").as_array()[0].as_object().at(member).is_null()) << member;

  const finding on_some{finding_kind::absent, finding_reason::on_some_servers, "ns2.example.net"};
  daemon_.settle(subject.id, poll(on_some), sample_observation());
  const json::object shown = call("DescribeIdentity", R"({"Identity":"example.com"})");
  EXPECT_EQ(shown.at("Zone"), "example.com");
  EXPECT_EQ(shown.at("DiagnosedAt"), "2026-11-23T08:00:00Z");
  const json::object& first = shown.at("Records").as_array()[0].as_object();
  EXPECT_EQ(first.at("Published"),
            json::parse(R"({"Has":[{"Server":"ns1.example.net","Address":"192.0.2.1","Serial":2026112301}],
                            "HasNot":[{"Server":"ns2.example.net","Address":"192.0.2.2","Serial":2026112300}],
                            "NoAnswer":[]})"));
  EXPECT_EQ(first.at("Visible"), false);
  EXPECT_EQ(first.at("VisibleAt"), "2026-11-23T08:05:00Z");
  const diagnosis why = sample_diagnosis(diagnosis_code::auth_inconsistent);
  const json::object expected{{"Code", "AUTH_INCONSISTENT"},
                              {"Class", "WAIT"},
                              {"Explanation", why.explanation},
                              {"Observed", ""},
                              {"Server", "ns1.example.net (192.0.2.1)"}};
  EXPECT_EQ(first.at("Diagnosis"), expected);
  EXPECT_EQ(shown.at("Diagnosis"), expected);
}

TEST_F(Settlement, GivesTheAnswersAsEvidence) {
  const identity subject = issue();
  observation seen = sample_observation();
  seen.answers[1] = {.at = sample_start,
                     .name = "a._domainkey.example.com",
                     .type = "CNAME",
                     .server = "ns2.example.net (192.0.2.2)",
                     .rcode = "NOERROR",
                     .flags = "aa",
                     .target = "x\xFF.example",
                     .ttl = 60,
                     .extended_error = "EDE 3 (Stale Answer)"};
  daemon_.settle(subject.id, poll(absent_record()), seen);
  const json::object shown = call("GetEvidence", R"({"Identity":"Example.COM."})");
  EXPECT_EQ(shown.at("Identity"), "example.com");
  EXPECT_EQ(shown.at("Account"), "default");
  const json::array& answers = shown.at("Answers").as_array();
  ASSERT_EQ(answers.size(), 2u);
  EXPECT_EQ(answers[1],
            json::parse(R"json({"At":"2026-11-23T08:00:00Z","Name":"a._domainkey.example.com","Type":"CNAME",
                            "Server":"ns2.example.net (192.0.2.2)","Rcode":"NOERROR","Flags":"aa",
                            "Target":"x\\255.example","Ttl":60,"ExtendedError":"EDE 3 (Stale Answer)"})json"));
}

TEST_F(Settlement, RefusesEvidenceOfWhatIsNotThere) {
  EXPECT_EQ(call("GetEvidence", R"({"Identity":"example.com"})").at("error").as_object().at("data"),
            json::parse(R"({"Code":"NotFound"})"));
  EXPECT_EQ(call("GetEvidence", "{}").at("error").as_object().at("data"),
            json::parse(R"({"Code":"MissingParameter"})"));
}

TEST_F(Settlement, KeepsTwentyAnswersAtMost) {
  const identity subject = issue();
  for (int i = 0; i < 50; ++i) {
    observation seen;
    seen.answers = {sample_answer("a._domainkey.example.com", "ns1", i % 2 == 0 ? "NXDOMAIN" : "SERVFAIL")};
    daemon_.settle(subject.id, poll(silence()), seen);
  }
  EXPECT_EQ(daemon_.kept_of(subject.id).answers.size(), evidence::most_answers);
}

}  // namespace
}  // namespace easydkim
