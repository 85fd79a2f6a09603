// SPDX-License-Identifier: Apache-2.0
#include "core/diagnosis/after_check.hpp"

#include <gtest/gtest.h>

#include "core/verdict.hpp"
#include "tests/support/samples.hpp"

namespace easydkim::tests {
namespace {

using namespace std::chrono_literals;
using diagnosis_step = next_steps::diagnosis;
using writing = next_steps::writing;
using diagnosing = ended_check::diagnosing;

const policy rules;
constexpr time_point now = sample_start + 10min;
constexpr due_queue::entry polled{
    .id = 7, .which = proof::dkim, .due = now, .last_checked = now - 15s, .turn = 2};

/// A poll of a pending identity at the age of ten minutes, at which diagnoses are due.
struct ended_poll {
  identity subject = sample_identity();
  check answers = check_that_saw(dkim_status::pending, absent_record());
  observation news{};
  due_queue::entry entry = polled;

  ended_check view() const {
    return {.subject = subject,
            .answers = answers,
            .news = news,
            .entry = entry,
            .room = ended_check::diagnosing::free};
  }
};

TEST(AfterCheck, ACheckThatSawWhatWasKnownWritesNothing) {
  ended_poll poll;
  EXPECT_EQ(after_check(poll.view(), now, rules).what, writing::findings);
  poll.subject = *apply_check(poll.subject, poll.answers, now, rules);
  EXPECT_EQ(after_check(poll.view(), now, rules).what, writing::nothing);
  poll.news.answers.emplace_back();
  EXPECT_EQ(after_check(poll.view(), now, rules).what, writing::findings);
}

TEST(AfterCheck, SilenceOfAnIllResolverIsWrittenNowhere) {
  ended_poll poll;
  poll.answers = check_that_saw(dkim_status::pending, silence());
  ended_check ended = poll.view();
  EXPECT_EQ(after_check(ended, now, rules).what, writing::findings);
  ended.resolver_is_ill = true;
  EXPECT_EQ(after_check(ended, now, rules).what, writing::nothing);
  EXPECT_EQ(after_check(ended, now, rules).why, diagnosis_step::none);
}

TEST(AfterCheck, WhatWasFoundOutForAPersonIsKeptOfAnIllResolverToo) {
  ended_poll poll;
  poll.answers = check_that_saw(dkim_status::pending, silence());
  ended_check ended = poll.view();
  ended.resolver_is_ill = true;
  ended.cause = check_cause::person;
  EXPECT_EQ(after_check(ended, now, rules).why, diagnosis_step::due);
  poll.news.diagnosed.emplace();
  EXPECT_EQ(after_check(ended, now, rules).what, writing::news_alone);
}

TEST(AfterCheck, ThatWeWereBusyIsNeitherWrittenNorExplained) {
  ended_poll poll;
  poll.answers = check_with(
      dkim_status::pending, check::extent::full,
      {silence(finding_reason::busy), silence(finding_reason::busy), silence(finding_reason::busy)});
  ended_check ended = poll.view();
  ended.cause = check_cause::person;
  EXPECT_EQ(after_check(ended, now, rules).what, writing::nothing);
  EXPECT_EQ(after_check(ended, now, rules).why, diagnosis_step::none);
}

TEST(AfterCheck, AnAnswerCountsWhileTheResolverIsIll) {
  const ended_poll poll;
  ended_check ended = poll.view();
  ended.resolver_is_ill = true;
  EXPECT_EQ(after_check(ended, now, rules).what, writing::findings);
  EXPECT_EQ(after_check(ended, now, rules).why, diagnosis_step::due);
}

TEST(AfterCheck, ADiagnosisThatIsDueWaitsForRoom) {
  const ended_poll poll;
  ended_check ended = poll.view();
  EXPECT_EQ(after_check(ended, now, rules).why, diagnosis_step::due);
  ended.room = diagnosing::full;
  EXPECT_EQ(after_check(ended, now, rules).why, diagnosis_step::later);
  ended.cause = check_cause::person;
  EXPECT_EQ(after_check(ended, now, rules).why, diagnosis_step::due);
  ended.room = diagnosing::off;
  EXPECT_EQ(after_check(ended, now, rules).why, diagnosis_step::none);
}

TEST(AfterCheck, ADiagnosisThatIsOwedIsMadeByTheNextCheckThatIsNotInPlace) {
  ended_poll poll;
  ended_check ended = poll.view();
  EXPECT_EQ(after_check(ended, now + 30s, rules).why, diagnosis_step::due);
  poll.entry.last_checked = now + 15s;
  EXPECT_EQ(after_check(ended, now + 30s, rules).why, diagnosis_step::none);
  ended.is_owed = true;
  EXPECT_EQ(after_check(ended, now + 30s, rules).why, diagnosis_step::due);
  poll.answers = check_in_place(dkim_status::pending);
  EXPECT_EQ(after_check(ended, now + 30s, rules).why, diagnosis_step::needless);
}

TEST(AfterCheck, APollIsFollowedByTheNextWithAnotherFirstRecord) {
  const auto next = after_poll(polled, sample_identity(), now, rules);
  ASSERT_TRUE(next);
  EXPECT_EQ(next->turn, 0U);
  EXPECT_EQ(next->last_checked, now);
  EXPECT_GT(next->due, now);
  EXPECT_EQ(after_poll(polled, sample_identity(dkim_status::failed), now, rules), std::nullopt);
}

TEST(AfterCheck, APollThatCouldAskNobodyComesAgainWhenItCan) {
  EXPECT_EQ(put_off(polled, now + 3s, now, rules).due, now + 3s);
  EXPECT_EQ(put_off(polled, std::nullopt, now, rules).due, now + 200ms);
  EXPECT_EQ(put_off(polled, now + 3h, now, rules).due, now + rules.max_interval);
  EXPECT_EQ(put_off(polled, now + 3s, now, rules).last_checked, polled.last_checked);
}

TEST(AfterCheck, AStatusThatACheckChangedBringsItsOwnRhythm) {
  identity verified = sample_identity(dkim_status::success);
  const auto next = in_new_rhythm(polled, verified, now, rules);
  ASSERT_TRUE(next);
  EXPECT_GT(next->due, now + 20h);
  EXPECT_EQ(next->turn, polled.turn);
  EXPECT_EQ(in_new_rhythm(polled, sample_identity(dkim_status::failed), now, rules), std::nullopt);
}

TEST(CheckPlan, APollAsksForOneRecordAndAPersonForAll) {
  identity subject = sample_identity();
  subject.findings[2] = found_record();
  const check_order poll{subject, polled, check_cause::schedule, "dkim.amazonses.com"};
  EXPECT_EQ(planned(poll).how_much, check::extent::poll);
  EXPECT_EQ(planned(poll).first, 0U);  // what is in place is asked for last
  const check_order asked_for{subject, polled, check_cause::person, "dkim.amazonses.com"};
  EXPECT_EQ(planned(asked_for).how_much, check::extent::full);
  EXPECT_EQ(planned(asked_for).tokens, &subject.tokens);
}

TEST(CheckPlan, ChecksOfVerifiedProofsAndAtTheEndOfTheirTimeMayTakeAway) {
  const verification pending = sample_identity().dkim;
  EXPECT_FALSE(may_take_away(pending, now, rules));
  EXPECT_TRUE(may_take_away(pending, sample_start + rules.window, rules));
  EXPECT_TRUE(may_take_away(sample_identity(dkim_status::success).dkim, now, rules));
  const verification lost = sample_identity(dkim_status::temporary_failure).dkim;
  EXPECT_FALSE(may_take_away(lost, now, rules));
  EXPECT_TRUE(may_take_away(lost, sample_start + rules.grace, rules));
}

TEST(CheckPlan, AsksAllServersForDecoysForPeopleAndWhereTheyDifferOrSomethingMayBeTakenAway) {
  identity subject = sample_identity();
  const question usual{};
  const question decoy{.control = true};
  const auto all = [&](check_cause why, const question& next) {
    return servers_to_ask({subject, polled, why, "dkim.amazonses.com"}, now, rules).asks_all(next);
  };
  EXPECT_FALSE(all(check_cause::schedule, usual));
  EXPECT_TRUE(all(check_cause::schedule, decoy));
  EXPECT_TRUE(all(check_cause::person, usual));
  subject.findings[1] = {finding_kind::absent, finding_reason::on_some_servers, "ns1.example.com"};
  EXPECT_TRUE(all(check_cause::schedule, usual));
  subject = sample_identity(dkim_status::success);
  EXPECT_TRUE(all(check_cause::schedule, usual));
}

}  // namespace
}  // namespace easydkim::tests
