// SPDX-License-Identifier: Apache-2.0
#include "core/check.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "tests/support/samples.hpp"

namespace easydkim {
namespace {

using enum dkim_status;
using enum check::extent;
using enum check::outcome;
using enum question::way_of_asking;
using tests::absent_record;
using tests::check_in_place;
using tests::check_with;
using tests::found_record;
using tests::redirected_record;
using tests::silence;
using tests::wrong_record;

/// Three records found, as the poll of a pending identity sees them before it asks for confirmation.
check candidate(dkim_status status = pending) {
  return check_with(status, poll, {found_record(), found_record(), found_record()});
}

/// The same, and confirmed: only the control label is still to be asked for.
check before_control() {
  check look = candidate();
  for (std::size_t i = 0; i < records_per_identity; ++i) look.answered(found_record());
  return look;
}

std::vector<question> all_questions(check look) {
  std::vector<question> asked;
  while (const auto next = look.next()) {
    asked.push_back(*next);
    look.answered(next->control ? absent_record() : found_record());
  }
  return asked;
}

void expect_all(const check& look, const finding& wanted) {
  for (const finding& each : look.findings()) EXPECT_EQ(each, wanted);
}

TEST(check, asks_for_three_records_then_confirms_them_and_then_asks_for_a_label_nobody_was_given) {
  const std::vector<question> wanted{{.way = usual, .record = 0},      {.way = usual, .record = 1},
                                     {.way = usual, .record = 2},      {.way = confirm, .record = 0},
                                     {.way = confirm, .record = 1},    {.way = confirm, .record = 2},
                                     {.way = confirm, .control = true}};

  EXPECT_EQ(all_questions(check{{pending, poll, 0}}), wanted);
  EXPECT_EQ(all_questions(check{{pending, full, 0}}), wanted);
  EXPECT_EQ(all_questions(check{{temporary_failure, poll, 0}}), wanted);
}

TEST(check, begins_with_the_record_that_it_was_told) {
  const auto asked = all_questions(check{{pending, poll, 2}});

  EXPECT_EQ(asked[0].record, 2U);
  EXPECT_EQ(asked[1].record, 0U);
  EXPECT_EQ(asked[2].record, 1U);
  EXPECT_EQ(all_questions(check{{pending, poll, 5}}), asked);
}

TEST(check, has_all_in_place_after_a_whole_confirmation) {
  for (const dkim_status each : {pending, temporary_failure}) {
    const check look = check_in_place(each);
    EXPECT_EQ(look.result(), in_place);
    EXPECT_EQ(look.status(), each);
    expect_all(look, found_record());
  }
}

TEST(check, needs_no_confirmation_to_stay_verified) {
  const check look = candidate(success);

  EXPECT_EQ(look.next(), std::nullopt);
  EXPECT_EQ(look.result(), in_place);
}

TEST(check, confirms_nothing_for_an_identity_that_has_failed) {
  const check look = check_with(failed, full, {found_record(), found_record(), found_record()});

  EXPECT_EQ(look.next(), std::nullopt);
  expect_all(look, found_record());
}

TEST(check, is_not_in_place_at_any_step_before_the_last) {
  check look{{pending, poll, 0}};
  for (int step = 0; step < 7; ++step) {
    EXPECT_EQ(look.result(), silent) << step;
    ASSERT_TRUE(look.next());
    look.answered(look.next()->control ? absent_record() : found_record());
  }
  EXPECT_EQ(look.result(), in_place);
}

TEST(poll, stops_at_the_first_record_that_is_not_found) {
  for (const finding& miss : {absent_record(), wrong_record(), redirected_record(), silence()}) {
    for (std::size_t found_before = 0; found_before < records_per_identity; ++found_before) {
      check look{{pending, poll, 1}};
      for (std::size_t i = 0; i < found_before; ++i) look.answered(found_record());
      look.answered(miss);

      EXPECT_EQ(look.next(), std::nullopt);
      EXPECT_EQ(look.result(), miss.kind == finding_kind::no_answer ? silent : negative);
      EXPECT_EQ(look.findings()[(1 + found_before) % records_per_identity], miss);
      for (std::size_t i = found_before + 1; i < records_per_identity; ++i)
        EXPECT_EQ(look.findings()[(1 + i) % records_per_identity], finding{});
    }
  }
}

TEST(poll, of_what_is_verified_sees_all_records_once_one_is_gone_but_stops_at_silence) {
  for (const dkim_status each : {success, temporary_failure}) {
    const check gone = check_with(each, poll, {absent_record(), wrong_record(), absent_record()});
    EXPECT_EQ(gone.next(), std::nullopt);
    EXPECT_EQ(gone.findings()[2], absent_record());
    check look{{each, poll, 0}};
    look.answered(silence());
    EXPECT_EQ(look.next(), std::nullopt);
    EXPECT_EQ(look.result(), silent);
  }
}

TEST(full_check, asks_for_all_three_whatever_the_first_shows) {
  const check look = check_with(pending, full, {absent_record(), silence(), found_record()});

  EXPECT_EQ(look.next(), std::nullopt);
  EXPECT_EQ(look.findings()[0], absent_record());
  EXPECT_EQ(look.findings()[1], silence());
  EXPECT_EQ(look.findings()[2], found_record());
}

TEST(full_check, is_negative_when_any_record_is_and_silent_when_nothing_counts) {
  EXPECT_EQ(check_with(pending, full, {silence(), silence(), absent_record()}).result(), negative);
  EXPECT_EQ(check_with(pending, full, {found_record(), wrong_record(), silence()}).result(), negative);
  EXPECT_EQ(check_with(pending, full, {silence(), silence(), silence()}).result(), silent);
  EXPECT_EQ(check_with(pending, full, {found_record(), found_record(), silence()}).result(), silent);
}

TEST(check, that_nobody_answered_yet_is_silent) {
  EXPECT_EQ((check{{pending, poll, 0}}.result()), silent);
  EXPECT_EQ((check{{success, full, 0}}.result()), silent);
}

TEST(confirmation, that_does_not_find_a_record_is_negative) {
  for (const finding& miss : {absent_record(), wrong_record(), redirected_record()}) {
    for (std::size_t record = 0; record < records_per_identity; ++record) {
      check look = candidate();
      for (std::size_t i = 0; i < record; ++i) look.answered(found_record());
      look.answered(miss);

      EXPECT_EQ(look.next(), std::nullopt);
      EXPECT_EQ(look.result(), negative);
      EXPECT_EQ(look.findings()[record], miss);
    }
  }
}

TEST(confirmation, that_is_not_answered_is_neither_proof_nor_failure) {
  for (const finding_reason reason :
       {finding_reason::timeout, finding_reason::servfail, finding_reason::refused,
        finding_reason::unreachable, finding_reason::truncated}) {
    for (std::size_t answered = 0; answered <= records_per_identity; ++answered) {  // the last is the control
      check look = candidate();
      for (std::size_t i = 0; i < answered; ++i) look.answered(found_record());
      look.answered(silence(reason));

      EXPECT_EQ(look.next(), std::nullopt);
      EXPECT_EQ(look.result(), silent);
      expect_all(look, {finding_kind::found, finding_reason::unconfirmed, {}});
    }
  }
}

TEST(control_label, that_is_found_shows_that_the_zone_answers_everything) {
  check look = before_control();
  look.answered({finding_kind::found, finding_reason::none, "x.dkim.amazonses.com"});

  EXPECT_EQ(look.next(), std::nullopt);
  EXPECT_EQ(look.result(), negative);
  expect_all(look, {finding_kind::wrong_target, finding_reason::answers_everything, "x.dkim.amazonses.com"});
}

/// What is left of three confirmed records when a wildcard has that target.
check beside_wildcard(const token_set& tokens, std::string target) {
  check look{{.status = pending, .tokens = &tokens, .suffix = "dkim.example.net"}};
  for (std::size_t i = 0; i < 2 * records_per_identity; ++i) look.answered(found_record());
  look.answered({finding_kind::wrong_target, finding_reason::other_target, std::move(target)});
  return look;
}

TEST(control_label, with_the_value_of_a_record_makes_that_one_doubtful) {
  const token_set tokens = tests::sample_tokens(1);
  const std::string value = tokens[1].text() + ".DKIM.example.net";
  const check look = beside_wildcard(tokens, value);
  EXPECT_EQ(look.result(), negative);
  EXPECT_EQ(look.findings()[0], found_record());
  EXPECT_EQ(look.findings()[1],
            (finding{finding_kind::wrong_target, finding_reason::answers_everything, value}));
  EXPECT_EQ(look.findings()[2], found_record());
}

TEST(control_label, with_any_other_target_says_nothing_of_the_records) {
  const token_set tokens = tests::sample_tokens(1);
  const std::string another = tests::sample_tokens(9)[0].text();
  for (const std::string& target :
       {another + ".dkim.example.net", tokens[0].text() + ".dkim.example.org", tokens[0].text(),
        tokens[0].text() + "xdkim.example.net", std::string{"dkim.example.net"}, std::string{}})
    EXPECT_EQ(beside_wildcard(tokens, target).result(), in_place) << target;
}

/// The first record found at the zone's servers, the others not.
check found_in_part(const token_set& tokens) {
  check look{{.status = pending, .how_much = full, .tokens = &tokens, .suffix = "dkim.example.net"}};
  look.answered(found_record(), seen_by::authority);
  look.answered(absent_record(), seen_by::authority);
  look.answered(absent_record(), seen_by::authority);
  return look;
}

TEST(control_label, is_asked_for_before_a_single_record_is_shown_as_found) {
  const token_set tokens = tests::sample_tokens(1);
  check look = found_in_part(tokens);
  EXPECT_EQ(look.next(), (question{.way = confirm, .control = true}));
  const std::string value = tokens[0].text() + ".dkim.example.net";
  look.answered({finding_kind::wrong_target, finding_reason::other_target, value}, seen_by::authority);
  EXPECT_EQ(look.next(), std::nullopt);
  EXPECT_EQ(look.findings()[0],
            (finding{finding_kind::wrong_target, finding_reason::answers_everything, value}));
  EXPECT_EQ(look.findings()[1], absent_record());
}

TEST(control_label, that_does_not_exist_or_is_not_answered_leaves_a_single_record_as_it_is) {
  const token_set tokens = tests::sample_tokens(1);
  for (const finding& harmless : {absent_record(), silence()}) {
    check look = found_in_part(tokens);
    look.answered(harmless, seen_by::authority);
    EXPECT_EQ(look.next(), std::nullopt);
    EXPECT_EQ(look.findings()[0], found_record());
    EXPECT_EQ(look.findings()[2], absent_record());
  }
}

TEST(check, that_sees_all_asks_whoever_confirms_for_all_records_although_the_first_is_hidden) {
  check look{{pending, full, 0}};
  for (std::size_t i = 0; i < records_per_identity; ++i) look.answered(found_record(), seen_by::authority);
  for (std::size_t i = 0; i < records_per_identity; ++i) look.answered(absent_record());
  EXPECT_EQ(look.next(), std::nullopt);
  EXPECT_EQ(look.result(), silent);
  expect_all(look, {finding_kind::found, finding_reason::not_visible, ""});
}

TEST(control_label, that_meets_a_dname_shows_a_redirection) {
  check look = before_control();
  look.answered(redirected_record());

  EXPECT_EQ(look.next(), std::nullopt);
  EXPECT_EQ(look.result(), negative);
  expect_all(look, redirected_record());
}

TEST(control_label, may_lead_elsewhere_or_not_exist) {
  const finding no_type{finding_kind::absent, finding_reason::no_such_type, {}};
  for (const finding& harmless : {absent_record(), no_type, wrong_record("parking.example.net")}) {
    check look = before_control();
    look.answered(harmless);

    EXPECT_EQ(look.next(), std::nullopt);
    EXPECT_EQ(look.result(), in_place);
    expect_all(look, found_record());
  }
}

TEST(check, that_is_over_takes_no_more_answers) {
  check look = check_in_place(pending);
  look.answered(absent_record());

  EXPECT_EQ(look.result(), in_place);
  expect_all(look, found_record());
}

}  // namespace
}  // namespace easydkim
