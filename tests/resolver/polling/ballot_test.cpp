// SPDX-License-Identifier: Apache-2.0
#include "resolver/polling/ballot.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "tests/support/samples.hpp"

namespace easydkim {
namespace {

using tests::absent_record;
using tests::found_record;
using tests::redirected_record;
using tests::silence;
using tests::wrong_record;

constexpr ballot::rules two_of_them{.quorum = 2};
/// Some do not show it yet.
finding late(std::string shown_instead) {
  return {finding_kind::no_answer, finding_reason::not_visible, std::move(shown_instead)};
}
const finding unconfirmed{finding_kind::no_answer, finding_reason::unconfirmed, {}};

finding result_of(ballot::rules rules, const std::vector<finding>& votes) {
  ballot votes_cast{rules};
  for (const finding& each : votes) votes_cast.cast({each});
  return votes_cast.result();
}

TEST(ballot, of_one_is_what_that_one_says) {
  for (const finding& each : {found_record(), absent_record(), wrong_record(), silence()})
    EXPECT_EQ(result_of({}, {each}), each);
}

TEST(ballot, needs_nobody_who_is_silent_once_enough_agree_but_hears_everybody_else) {
  ballot votes{two_of_them};
  votes.cast({found_record()});
  EXPECT_FALSE(votes.has_quorum());
  votes.cast({found_record()});
  EXPECT_TRUE(votes.has_quorum());
  EXPECT_FALSE(votes.is_decided());
  EXPECT_EQ(votes.result(), found_record());
  votes.cast({wrong_record()});
  EXPECT_EQ(votes.result(), late(wrong_record().observed));
}

TEST(ballot, with_too_few_voices_decides_nothing) {
  EXPECT_EQ(result_of(two_of_them, {found_record()}), unconfirmed);
  EXPECT_EQ(result_of(two_of_them, {found_record(), silence()}), unconfirmed);
}

TEST(ballot, whose_voices_differ_decides_nothing) {
  EXPECT_EQ(result_of(two_of_them, {found_record(), absent_record()}), late(""));
  EXPECT_EQ(result_of(two_of_them, {found_record(), wrong_record(), found_record()}),
            late(wrong_record().observed));
}

TEST(ballot, lets_enough_voices_overrule_a_cache_that_does_not_have_it_yet) {
  EXPECT_EQ(result_of(two_of_them, {absent_record(), found_record(), found_record()}), found_record());
}

TEST(ballot, of_denials_alone_is_a_denial) {
  EXPECT_EQ(result_of(two_of_them, {absent_record(), absent_record()}), absent_record());
  EXPECT_EQ(result_of(two_of_them, {silence(), absent_record()}), absent_record());
}

TEST(ballot, of_silence_is_silence) {
  EXPECT_EQ(result_of(two_of_them, {silence(), silence()}), silence());
}

TEST(ballot, takes_the_word_of_one_that_checked_dnssec_alone) {
  ballot votes{{.quorum = 3}};
  votes.cast({found_record(), true});
  EXPECT_TRUE(votes.is_decided());
  EXPECT_EQ(votes.result(), found_record());
}

TEST(ballot, on_the_control_label_is_lost_by_one_that_sees_it) {
  ballot votes{{.quorum = 2, .control = true}};
  votes.cast({absent_record(), true});
  EXPECT_EQ(votes.result(), absent_record());
  votes.cast({found_record()});
  EXPECT_TRUE(votes.is_decided());
  EXPECT_EQ(votes.result(), found_record());
  EXPECT_EQ(result_of({.quorum = 1, .control = true}, {redirected_record()}), redirected_record());
}

}  // namespace
}  // namespace easydkim
