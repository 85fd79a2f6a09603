// SPDX-License-Identifier: Apache-2.0
#include "core/finding.hpp"
#include "core/printable.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>

namespace easydkim {
namespace {

constexpr std::array kinds{finding_kind::unchecked, finding_kind::found, finding_kind::absent,
                           finding_kind::wrong_target, finding_kind::no_answer};
constexpr auto last_reason = finding_reason::not_authoritative;

template <class Step>
void for_each_reason(Step step) {
  for (int i = 0; i <= static_cast<int>(last_reason); ++i) step(static_cast<finding_reason>(i));
}

TEST(finding, has_the_words_of_the_control_socket) {
  EXPECT_EQ(to_string(finding_kind::unchecked), "unchecked");
  EXPECT_EQ(to_string(finding_kind::found), "found");
  EXPECT_EQ(to_string(finding_kind::absent), "absent");
  EXPECT_EQ(to_string(finding_kind::wrong_target), "wrong_target");
  EXPECT_EQ(to_string(finding_kind::no_answer), "no_answer");
}

TEST(finding, counts_as_negative_only_when_the_dns_said_so) {
  for (const finding_kind each : kinds)
    EXPECT_EQ(is_conclusive_negative(each),
              each == finding_kind::absent || each == finding_kind::wrong_target)
        << to_string(each);
}

TEST(finding, has_a_word_of_its_own_for_every_reason) {
  std::set<std::string_view> words;
  for_each_reason([&](finding_reason each) { words.insert(to_string(each)); });

  EXPECT_EQ(words.size(), static_cast<std::size_t>(last_reason) + 1);
}

/// Of a CNAME these are other findings.
constexpr bool is_of_txt_alone(finding_reason reason) {
  return reason == finding_reason::other_text || reason == finding_reason::alias;
}

TEST(explanation, is_one_whole_sentence_about_the_record_for_every_reason) {
  for (const proof which : all_proofs)
    for_each_reason([which](finding_reason each) {
      if (which == proof::dkim && is_of_txt_alone(each)) return;
      const finding seen{finding_kind::no_answer, each, "WHAT-WAS-THERE"};

      const std::string said = explanation(seen, {.of = which, .name = "NAME", .value = "VALUE"});

      EXPECT_NE(said.find("NAME"), said.npos) << to_string(each) << ": " << said;
      EXPECT_EQ(said.find_first_of("{}"), said.npos) << said;
      EXPECT_TRUE(said.ends_with('.')) << said;
      EXPECT_EQ(std::ranges::count(said, '\n'), 0) << said;
    });
}

TEST(explanation, names_the_server_that_is_behind) {
  const finding seen{finding_kind::absent, finding_reason::on_some_servers, "ns2.example.net"};
  const std::string said = explanation(seen, {.name = "NAME", .value = "VALUE"});
  EXPECT_NE(said.find("(ns2.example.net)"), said.npos) << said;
}

TEST(explanation, tells_what_was_seen_and_what_to_publish) {
  const finding seen{finding_kind::wrong_target, finding_reason::other_target, "elsewhere.example.net"};

  const std::string said =
      explanation(seen, {.name = "t._domainkey.example.com", .value = "t.dkim.amazonses.com"});

  EXPECT_NE(said.find("t._domainkey.example.com is a CNAME to elsewhere.example.net"), said.npos) << said;
  EXPECT_NE(said.find("change its value to t.dkim.amazonses.com"), said.npos) << said;
}

TEST(explanation, of_silence_asks_nobody_to_publish) {
  for (const finding_reason each :
       {finding_reason::timeout, finding_reason::servfail, finding_reason::refused,
        finding_reason::unreachable, finding_reason::unreadable, finding_reason::referral,
        finding_reason::not_authoritative}) {
    const std::string said =
        explanation({finding_kind::no_answer, each, {}}, {.name = "NAME", .value = "VALUE"});
    EXPECT_EQ(said.find("publish"), said.npos) << said;
    EXPECT_NE(said.find("asked again"), said.npos) << said;
  }
}

TEST(explanation, of_a_record_nobody_looked_at_says_so) {
  EXPECT_EQ(explanation({}, {.name = "NAME", .value = "VALUE"}), "The record has not been looked up yet.");
}

TEST(explanation, makes_foreign_text_harmless) {
  const finding seen{finding_kind::wrong_target, finding_reason::other_target,
                     "\x1B[31m{name}\n" + std::string(5000, 'x')};

  const std::string said = explanation(seen, {.name = "NAME", .value = "VALUE"});

  EXPECT_EQ(said.find('\x1B'), said.npos);
  EXPECT_EQ(said.find('\n'), said.npos);
  EXPECT_NE(said.find("\\027[31m{name}\\010xxx"), said.npos) << said;
  EXPECT_LT(said.size(), 400U);
}

TEST(printable, keeps_printable_ascii) {
  EXPECT_EQ(printable("a.B-9 _~*\"'\\"), "a.B-9 _~*\"'\\");
  EXPECT_EQ(printable(""), "");
}

TEST(printable, shows_other_octets_as_three_decimal_digits) {
  EXPECT_EQ(printable(std::string{"\0\t\x7F\xFF", 4}), "\\000\\009\\127\\255");
}

TEST(printable, is_never_cut) {
  EXPECT_EQ(printable(std::string(100'000, 'x')), std::string(100'000, 'x'));
}

TEST(excerpt, is_cut_at_a_hundred_characters) {
  EXPECT_EQ(excerpt("\x1B[31m"), "\\027[31m");
  EXPECT_EQ(excerpt(std::string(100, 'x')), std::string(100, 'x'));
  EXPECT_EQ(excerpt(std::string(101, 'x')), std::string(100, 'x') + "...");
  EXPECT_EQ(excerpt(std::string(100'000, '\xFF')).size(), 100U + 3U);
}

}  // namespace
}  // namespace easydkim
