// SPDX-License-Identifier: Apache-2.0
#include "core/verdict.hpp"

#include <gtest/gtest.h>

#include "tests/support/samples.hpp"

namespace easydkim {
namespace {

using namespace std::chrono_literals;
using enum dkim_status;
using tests::absent_record;
using tests::check_in_place;
using tests::check_that_saw;
using tests::check_with;
using tests::found_record;
using tests::sample_identity;
using tests::sample_start;
using tests::silence;
using tests::wrong_record;

constexpr policy rules;
constexpr duration window = rules.window;
constexpr duration grace = rules.grace;

/// What `apply_check` makes of it, or the same identity when there is nothing to write.
identity after_check(const identity& before, const check& done, duration age) {
  return apply_check(before, done, sample_start + age, rules).value_or(before);
}

/// An identity of `status` in whose records a miss has been seen `misses` times.
identity with_misses(std::uint8_t misses) {
  identity subject = sample_identity(success);
  subject.dkim.misses = misses;
  if (misses > 0) subject.dkim.first_miss_at = sample_start + 24h;
  return subject;
}

TEST(pending, becomes_success_when_all_is_in_place) {
  for (const duration age : {duration{5s}, duration{1h}, window - 1ms, window, window * 10}) {
    const identity after = after_check(sample_identity(), check_in_place(pending), age);
    EXPECT_EQ(after.dkim.status, success);
    EXPECT_EQ(after.dkim.verified_at, sample_start + age);
    EXPECT_EQ(after.dkim.checked_at, sample_start + age);
    EXPECT_EQ(after.dkim.lost_at, std::nullopt);
  }
}

TEST(pending, stays_so_while_its_window_is_open) {
  for (const finding& miss : {absent_record(), wrong_record(), tests::redirected_record()}) {
    const identity after = after_check(sample_identity(), check_that_saw(pending, miss), window - 1ms);
    EXPECT_EQ(after.dkim.status, pending);
    EXPECT_EQ(after.findings[0], miss);
  }
}

TEST(pending, fails_when_a_check_after_the_window_sees_one_record_absent_or_wrong) {
  for (const finding& miss : {absent_record(), wrong_record(), tests::redirected_record()}) {
    for (const duration age : {window, window + 1h, window * 100}) {
      EXPECT_EQ(after_check(sample_identity(), check_that_saw(pending, miss), age).dkim.status, failed);
      const check last_of_three =
          check_with(pending, check::extent::poll, {found_record(), found_record(), miss});
      EXPECT_EQ(after_check(sample_identity(), last_of_three, age).dkim.status, failed);
      const check beside_silence = check_with(pending, check::extent::full, {silence(), miss, silence()});
      EXPECT_EQ(after_check(sample_identity(), beside_silence, age).dkim.status, failed);
    }
  }
}

TEST(pending, fails_when_the_confirmation_after_the_window_is_refuted) {
  check look = check_with(pending, check::extent::poll, {found_record(), found_record(), found_record()});
  look.answered(absent_record());

  EXPECT_EQ(after_check(sample_identity(), look, window).dkim.status, failed);
  EXPECT_EQ(after_check(sample_identity(), look, window - 1ms).dkim.status, pending);
}

TEST(pending, counts_its_window_from_the_restart) {
  const identity again = tests::restarted(sample_identity(failed), sample_start + 100h);

  EXPECT_EQ(window_end(again.dkim, rules), sample_start + 100h + window);
  const check miss = check_that_saw(pending, absent_record());
  EXPECT_EQ(after_check(again, miss, 100h + window - 1ms).dkim.status, pending);
  EXPECT_EQ(after_check(again, miss, 100h + window).dkim.status, failed);
}

TEST(success, survives_two_checks_in_a_row_that_see_a_record_gone) {
  identity subject = sample_identity(success);
  const check miss = check_that_saw(success, absent_record());

  subject = after_check(subject, miss, 24h);
  EXPECT_EQ(subject.dkim.status, success);
  EXPECT_EQ(subject.dkim.misses, 1);
  subject = after_check(subject, miss, 24h + 10min);
  EXPECT_EQ(subject.dkim.status, success);
  EXPECT_EQ(subject.dkim.misses, 2);
  EXPECT_TRUE(is_signing_enabled(subject));
}

TEST(success, becomes_temporary_failure_with_the_third) {
  const identity after = after_check(with_misses(2), check_that_saw(success, wrong_record()), 25h);

  EXPECT_EQ(after.dkim.status, temporary_failure);
  EXPECT_EQ(after.dkim.lost_at, sample_start + 25h);
  EXPECT_EQ(after.dkim.misses, 0);
  EXPECT_EQ(after.dkim.verified_at, sample_start);
  EXPECT_TRUE(is_signing_enabled(after));
}

TEST(success, is_not_lost_within_an_hour_of_the_first_miss) {
  const identity after = after_check(with_misses(7), check_that_saw(success, wrong_record()), 25h - 1ms);
  EXPECT_EQ(after.dkim.status, success);
  EXPECT_EQ(after.dkim.misses, 8);
  EXPECT_EQ(after.dkim.first_miss_at, sample_start + 24h);

  policy quick;
  quick.recheck_interval = 2s;
  const auto soon =
      apply_check(with_misses(2), check_that_saw(success, wrong_record()), sample_start + 24h + 2s, quick);
  ASSERT_TRUE(soon);
  EXPECT_EQ(soon->dkim.status, temporary_failure) << "or one recheck, if that is less";
}

/// A check that sees `miss` at too few servers for anything to rest on it.
check seen_by_few(dkim_status status, const finding& miss) {
  check look = check_with(status, check::extent::full, {});
  while (look.next()) look.answered(miss, seen_by::authority, {.decides_loss = false});
  return look;
}

TEST(success, counts_no_miss_that_too_few_servers_see) {
  const check look = seen_by_few(success, absent_record());
  EXPECT_EQ(look.result(), check::outcome::undecided);
  const identity after = after_check(with_misses(2), look, 25h);
  EXPECT_EQ(after.dkim.status, success);
  EXPECT_EQ(after.dkim.misses, 2);
}

TEST(pending, does_not_fail_by_the_word_of_too_few_servers) {
  EXPECT_EQ(after_check(sample_identity(), seen_by_few(pending, absent_record()), window * 2).dkim.status, pending);
}

TEST(temporary_loss, does_not_end_by_the_word_of_too_few_servers) {
  const check look = seen_by_few(temporary_failure, absent_record());
  EXPECT_EQ(after_check(sample_identity(temporary_failure), look, grace * 2).dkim.status, temporary_failure);
}

/// A check in which `most` holds of each record.
check with_majority(const finding& each, majority most) {
  check look = check_with(pending, check::extent::full, {});
  while (look.next()) look.answered(each, seen_by::authority, {.decides_loss = true, .most = most});
  return look;
}

TEST(majority_of_servers, is_remembered_until_so_many_no_longer_have_the_record) {
  const identity before = sample_identity();
  const identity split = after_check(before, with_majority(absent_record(), majority::has), 1h);
  EXPECT_EQ(split.majority_since[0], sample_start + 1h);
  const identity silent = after_check(split, with_majority(silence(), majority::unknown), 90min);
  EXPECT_EQ(silent.majority_since[0], sample_start + 1h) << "the silence of some ends nothing";
  const identity again = after_check(silent, with_majority(absent_record(), majority::has), 110min);
  EXPECT_EQ(again.majority_since[0], sample_start + 1h);
  EXPECT_EQ(after_check(again, with_majority(absent_record(), majority::lacks), 2h).majority_since[0],
            std::nullopt);
}

TEST(majority_of_servers, keeps_a_window_open_for_its_hour) {
  identity before = sample_identity();
  before.majority_since[1] = sample_start + window - 10min;
  const check negative = check_that_saw(pending, absent_record());
  EXPECT_EQ(after_check(before, negative, window).dkim.status, pending);
  EXPECT_EQ(after_check(before, negative, window + 50min).dkim.status, failed);
}

TEST(majority_of_servers, keeps_no_window_open_for_what_all_of_them_have) {
  identity before = sample_identity();
  before.findings[1] = found_record();
  before.majority_since[1] = sample_start + window - 10min;
  EXPECT_EQ(after_check(before, check_that_saw(pending, absent_record()), window).dkim.status, failed);
}

/// All in place, as looked at in that way.
check in_place_by(dkim_status status, seen_by who) {
  check look = check_with(status, check::extent::poll, {});
  while (const auto next = look.next()) {
    if (next->control)
      look.answered(absent_record(), who);
    else
      look.answered(found_record(), who);
  }
  return look;
}

TEST(trust, says_whose_word_a_success_rests_on) {
  const auto verified = [](seen_by who) {
    return after_check(sample_identity(), in_place_by(pending, who), 1h).dkim.verified_by;
  };
  EXPECT_EQ(verified(seen_by::authority), verifier::zone);
  EXPECT_EQ(verified(seen_by::resolver), verifier::resolver);
  EXPECT_EQ(verified(seen_by::resolver_in_fault), verifier::resolver_in_fault);
}

TEST(trust, rests_on_the_resolver_where_it_stands_in_for_the_delegation) {
  check look = check_with(pending, check::extent::poll, {});
  while (const auto next = look.next())
    look.answered(next->control ? absent_record() : found_record(), seen_by::authority, {.by_resolver = true});
  EXPECT_EQ(after_check(sample_identity(), look, 1h).dkim.verified_by, verifier::resolver);
}

TEST(trust, is_the_zones_own_once_its_servers_were_asked) {
  identity before = sample_identity(success);
  before.dkim.verified_by = verifier::resolver_in_fault;
  EXPECT_EQ(after_check(before, in_place_by(success, seen_by::authority), 1h).dkim.verified_by, verifier::zone);
}

TEST(trust, takes_nothing_away_by_resolvers_while_the_fault_is_ours) {
  check look = check_with(success, check::extent::full, {});
  while (look.next()) look.answered(absent_record(), seen_by::resolver_in_fault);
  EXPECT_EQ(look.result(), check::outcome::undecided);
}

TEST(success, forgets_its_misses_when_all_is_in_place) {
  const identity after = after_check(with_misses(2), check_in_place(success), 25h);

  EXPECT_EQ(after.dkim.status, success);
  EXPECT_EQ(after.dkim.misses, 0);
  EXPECT_EQ(after.dkim.verified_at, sample_start);
}

TEST(success, neither_counts_nor_forgets_in_silence) {
  const identity after = after_check(with_misses(2), check_that_saw(success, silence()), 25h);

  EXPECT_EQ(after.dkim.status, success);
  EXPECT_EQ(after.dkim.misses, 2);
}

TEST(success, does_not_depend_on_its_window) {
  EXPECT_EQ(
      after_check(sample_identity(success), check_that_saw(success, absent_record()), window * 5).dkim.status,
      success);
}

TEST(temporary_failure, becomes_success_when_all_is_back_and_confirmed) {
  for (const duration age : {duration{1min}, grace - 1ms, grace, grace * 10}) {
    const identity after =
        after_check(sample_identity(temporary_failure), check_in_place(temporary_failure), age);
    EXPECT_EQ(after.dkim.status, success);
    EXPECT_EQ(after.dkim.verified_at, sample_start + age);
    EXPECT_EQ(after.dkim.lost_at, std::nullopt);
    EXPECT_EQ(after.dkim.misses, 0);
  }
}

TEST(temporary_failure, keeps_signing_until_a_check_after_the_grace_still_sees_a_record_gone) {
  const check miss = check_that_saw(temporary_failure, absent_record());

  const identity in_grace = after_check(sample_identity(temporary_failure), miss, grace - 1ms);
  EXPECT_EQ(in_grace.dkim.status, temporary_failure);
  EXPECT_TRUE(is_signing_enabled(in_grace));

  const identity over = after_check(in_grace, miss, grace);
  EXPECT_EQ(over.dkim.status, failed);
  EXPECT_EQ(over.dkim.lost_at, std::nullopt);
  EXPECT_FALSE(is_signing_enabled(over));
}

TEST(failed, is_revived_by_no_check) {
  for (const check& each :
       {check_in_place(failed), check_that_saw(failed, absent_record()),
        check_with(failed, check::extent::full, {found_record(), found_record(), found_record()})})
    EXPECT_EQ(after_check(sample_identity(failed), each, 100h).dkim.status, failed);
}

TEST(silence_of_the_dns, moves_no_status_ever) {
  const std::vector<finding_reason> reasons{
      finding_reason::timeout,    finding_reason::unreachable,  finding_reason::servfail,
      finding_reason::refused,    finding_reason::other_rcode,  finding_reason::truncated,
      finding_reason::unreadable, finding_reason::case_changed, finding_reason::referral};
  for (const dkim_status status : {not_started, pending, success, failed, temporary_failure}) {
    for (const finding_reason reason : reasons) {
      for (const duration age : {duration{0}, duration{1h}, window, window * 1000}) {
        const identity before = sample_identity(status);
        const check first = check_that_saw(status, silence(reason));
        const check all =
            check_with(status, check::extent::full, {silence(reason), silence(reason), silence(reason)});
        const check last =
            check_with(status, check::extent::full, {found_record(), found_record(), silence(reason)});
        for (const check& each : {first, all, last}) {
          const identity after = after_check(before, each, age);
          ASSERT_EQ(after.dkim.status, status);
          ASSERT_EQ(after.dkim.misses, before.dkim.misses);
          ASSERT_EQ(after.dkim.lost_at, before.dkim.lost_at);
          ASSERT_EQ(after.dkim.verified_at, before.dkim.verified_at);
        }
      }
    }
  }
}

TEST(unconfirmed_records, move_no_status_even_after_window_and_grace) {
  for (const dkim_status status : {pending, temporary_failure}) {
    const check look =
        check_with(status, check::extent::poll, {found_record(), found_record(), found_record(), silence()});
    for (const duration age : {duration{1min}, window, grace * 10}) {
      const identity after = after_check(sample_identity(status), look, age);
      EXPECT_EQ(after.dkim.status, status);
      EXPECT_EQ(after.findings[1].reason, finding_reason::unconfirmed);
    }
  }
}

TEST(check_that_began_with_another_status, is_dropped) {
  constexpr std::array all{not_started, pending, success, failed, temporary_failure};
  for (const dkim_status stored : all)
    for (const dkim_status began : all) {
      if (stored == began) continue;
      EXPECT_EQ(apply_check(sample_identity(stored), check_in_place(began), sample_start + 100h, rules),
                std::nullopt);
      EXPECT_EQ(apply_check(sample_identity(stored), check_that_saw(began, absent_record()),
                            sample_start + 100h, rules),
                std::nullopt);
    }
}

TEST(check_that_saw_nothing_new, writes_nothing) {
  identity subject = sample_identity();
  subject.findings = {absent_record(), absent_record(), absent_record()};
  EXPECT_EQ(apply_check(subject, check_that_saw(pending, absent_record()), sample_start + 1h, rules),
            std::nullopt);

  identity verified = sample_identity(success);
  verified.findings = {found_record(), found_record(), found_record()};
  EXPECT_EQ(apply_check(verified, check_in_place(success), sample_start + 24h, rules), std::nullopt);

  identity lost = sample_identity(temporary_failure);
  lost.findings[0] = absent_record();
  EXPECT_EQ(apply_check(lost, check_that_saw(temporary_failure, absent_record()), sample_start + 1h, rules),
            std::nullopt);
}

TEST(check_that_saw_something_new, writes_it_with_its_time_and_leaves_the_rest) {
  identity subject = sample_identity();
  subject.findings = {absent_record(), wrong_record(), absent_record()};
  subject.dkim.checked_at = sample_start + 1min;

  const auto after =
      apply_check(subject, check_that_saw(pending, wrong_record("other.example")), sample_start + 1h, rules);

  ASSERT_TRUE(after);
  EXPECT_EQ(after->findings[0], wrong_record("other.example"));
  EXPECT_EQ(after->findings[1], wrong_record());
  EXPECT_EQ(after->findings[2], absent_record());
  EXPECT_EQ(after->dkim.checked_at, sample_start + 1h);
}

TEST(grace, is_only_for_those_that_lost_their_records) {
  EXPECT_EQ(grace_end(sample_identity(temporary_failure).dkim, rules), sample_start + grace);
  EXPECT_EQ(grace_end(sample_identity(success).dkim, rules), std::nullopt);
  EXPECT_EQ(grace_end(sample_identity(pending).dkim, rules), std::nullopt);
}

std::string reason_from(const identity& before, const check& done, duration age) {
  return reason_of_change({before, after_check(before, done, age), done.of()}, rules, tests::sample_naming);
}

TEST(reason, of_success_is_that_all_is_in_place) {
  EXPECT_EQ(reason_from(sample_identity(), check_in_place(pending), 1min), "All three records are in place.");
  EXPECT_EQ(reason_from(sample_identity(temporary_failure), check_in_place(temporary_failure), 1h),
            "All three records are back in place.");
}

TEST(reason, of_failure_names_the_first_record_that_is_not_right) {
  const identity subject = sample_identity();
  const check look =
      check_with(pending, check::extent::full, {found_record(), absent_record(), wrong_record()});

  EXPECT_EQ(reason_from(subject, look, window),
            "The window of 3 days ended at 2026-11-26T08:00:00Z: " +
                explanation(absent_record(), records_of(subject, proof::dkim, tests::sample_naming)[1]));
}

TEST(reason, of_a_loss_tells_how_often_it_was_seen) {
  const std::string said = reason_from(with_misses(2), check_that_saw(success, absent_record()), 25h);
  EXPECT_TRUE(said.starts_with("A record was gone in 3 checks in a row: ")) << said;
  EXPECT_TRUE(said.ends_with('.')) << said;
}

TEST(reason, of_a_loss_that_lasted_tells_how_long) {
  const std::string said = reason_from(sample_identity(temporary_failure),
                                       check_that_saw(temporary_failure, absent_record()), grace);
  EXPECT_TRUE(said.starts_with("A record was still gone 3 days after the loss: ")) << said;
}

TEST(reason, of_a_new_window_says_that_the_tokens_are_the_same) {
  const identity before = sample_identity(failed);
  EXPECT_EQ(reason_of_change({before, tests::restarted(before, sample_start + 1h), proof::dkim}, rules,
                             tests::sample_naming),
            "A new window was started with the same tokens.");
}

}  // namespace
}  // namespace easydkim
