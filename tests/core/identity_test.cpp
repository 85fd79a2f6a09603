// SPDX-License-Identifier: Apache-2.0
#include "core/identity.hpp"

#include <gtest/gtest.h>

#include "tests/support/samples.hpp"

namespace easydkim {
namespace {

using namespace std::chrono_literals;
using tests::sample_identity;
using tests::sample_start;

constexpr std::array all_statuses{dkim_status::not_started, dkim_status::pending, dkim_status::success,
                                  dkim_status::failed, dkim_status::temporary_failure};

TEST(dkim_status, has_the_words_of_ses) {
  EXPECT_EQ(to_string(dkim_status::not_started), "NotStarted");
  EXPECT_EQ(to_string(dkim_status::pending), "Pending");
  EXPECT_EQ(to_string(dkim_status::success), "Success");
  EXPECT_EQ(to_string(dkim_status::failed), "Failed");
  EXPECT_EQ(to_string(dkim_status::temporary_failure), "TemporaryFailure");
}

TEST(dkim_status, reads_back_every_word) {
  static_assert(all_statuses.size() == dkim_statuses);
  for (const dkim_status each : all_statuses) EXPECT_EQ(dkim_status_from_string(to_string(each)), each);
}

TEST(dkim_status, knows_no_other_word) {
  for (const std::string_view wrong : {"", "pending", "PENDING", "Success ", "Verified", "NotStarte"})
    EXPECT_EQ(dkim_status_from_string(wrong), std::nullopt) << wrong;
}

TEST(dkim_status, is_looked_at_from_the_issue_to_the_failure) {
  EXPECT_FALSE(is_looked_at(dkim_status::not_started));
  EXPECT_TRUE(is_looked_at(dkim_status::pending));
  EXPECT_TRUE(is_looked_at(dkim_status::success));
  EXPECT_TRUE(is_looked_at(dkim_status::temporary_failure));
  EXPECT_FALSE(is_looked_at(dkim_status::failed));
}

TEST(account_name, is_1_to_64_letters_digits_dots_underscores_and_hyphens) {
  for (const std::string& good : {std::string{"default"}, std::string{"a"}, std::string{"Ops_1.a-b"},
                                  std::string{"123456789012"}, std::string(64, 'x')})
    EXPECT_TRUE(is_account_name(good)) << good;
  for (const std::string& wrong :
       {std::string{}, std::string(65, 'x'), std::string{"a b"}, std::string{"a/b"}, std::string{"a\0b", 3},
        std::string{"\xC3\xA4"}, std::string{"a@b"}, std::string{"a:b"}, std::string{"a\n"}})
    EXPECT_FALSE(is_account_name(wrong)) << wrong;
}

TEST(identity, is_pending_with_nothing_seen_when_it_was_issued) {
  const identity fresh = issued({.account = "ops",
                                 .domain = domain_name::parse("example.com").value(),
                                 .tokens = tests::sample_tokens(9)},
                                sample_start);

  EXPECT_EQ(fresh.account, "ops");
  EXPECT_EQ(fresh.domain.text(), "example.com");
  EXPECT_EQ(fresh.tokens, tests::sample_tokens(9));
  EXPECT_EQ(fresh.dkim.status, dkim_status::pending);
  EXPECT_TRUE(fresh.dkim_enabled);
  EXPECT_EQ(fresh.dkim.misses, 0);
  EXPECT_EQ(fresh.created_at, sample_start);
  EXPECT_EQ(fresh.dkim.window_started_at, sample_start);
  EXPECT_FALSE(fresh.dkim.verified_at || fresh.dkim.lost_at || fresh.dkim.checked_at);
  for (const finding& each : fresh.findings) EXPECT_EQ(each, finding{});
}

TEST(identity, keeps_tokens_and_wishes_in_a_new_window) {
  identity before = sample_identity(dkim_status::failed);
  before.dkim_enabled = false;
  before.dkim.misses = 2;
  before.dkim.lost_at = sample_start + 1h;
  before.dkim.verified_at = sample_start + 1min;

  const identity after = tests::restarted(before, sample_start + 100h);

  EXPECT_EQ(after.dkim.status, dkim_status::pending);
  EXPECT_EQ(after.dkim.window_started_at, sample_start + 100h);
  EXPECT_EQ(after.dkim.misses, 0);
  EXPECT_EQ(after.dkim.lost_at, std::nullopt);
  EXPECT_EQ(after.id, before.id);
  EXPECT_EQ(after.tokens, before.tokens);
  EXPECT_FALSE(after.dkim_enabled);
  EXPECT_EQ(after.created_at, before.created_at);
  EXPECT_EQ(after.dkim.verified_at, before.dkim.verified_at);
}

TEST(identity, moves_its_running_times_with_a_clock_that_was_set) {
  identity before = sample_identity(dkim_status::temporary_failure);
  before.dkim.checked_at = sample_start + 2h;

  const time_point now = sample_start + 3h;
  const duration year = 24h * 365;

  const identity ahead = shifted(before, {.from = now, .to = now + year});

  EXPECT_EQ(ahead.dkim.window_started_at, before.dkim.window_started_at + 24h * 365);
  EXPECT_EQ(ahead.dkim.lost_at, *before.dkim.lost_at + 24h * 365);
  EXPECT_EQ(ahead.dkim.checked_at, *before.dkim.checked_at + 24h * 365);
  EXPECT_EQ(ahead.created_at, before.created_at);
  EXPECT_EQ(shifted(ahead, {.from = now + year, .to = now}), before);
}

TEST(identity, keeps_times_that_lay_in_the_future_of_a_clock_that_was_wrong) {
  // Given an identity that was written before the machine started in 1970
  const identity before = sample_identity(dkim_status::temporary_failure);
  const time_point in_1970{10min};

  // When the network tells the time
  const identity after = shifted(before, {.from = in_1970, .to = sample_start + 30h});

  // Then window and grace end when they would have
  EXPECT_EQ(after, before);
  // and a time that even the new clock has not reached begins now
  const time_point early = sample_start - 1h;
  EXPECT_EQ(shifted(before, {.from = in_1970, .to = early}).dkim.window_started_at, early);
  EXPECT_EQ(shifted(before, {.from = in_1970, .to = early}).dkim.lost_at, early);
}

TEST(identity, has_no_times_to_move_that_never_were) {
  const identity after = shifted(sample_identity(), {.from = sample_start, .to = sample_start + 1h});

  EXPECT_FALSE(after.dkim.lost_at || after.dkim.checked_at || after.dkim.verified_at);
}

TEST(signing, is_on_while_verified_or_in_the_grace_unless_the_owner_disabled_it) {
  for (const dkim_status each : all_statuses) {
    identity subject = sample_identity(each);
    const bool verified = each == dkim_status::success || each == dkim_status::temporary_failure;
    EXPECT_EQ(is_signing_enabled(subject), verified) << to_string(each);
    subject.dkim_enabled = false;
    EXPECT_FALSE(is_signing_enabled(subject)) << to_string(each);
  }
}

TEST(record, is_named_by_its_token_below_domainkey) {
  const identity subject = sample_identity();
  for (std::size_t i = 0; i < records_per_identity; ++i) {
    EXPECT_EQ(record_name(subject, i), subject.tokens[i].text() + "._domainkey.example.com");
    EXPECT_EQ(record_value(subject, i, "dkim.amazonses.com"),
              subject.tokens[i].text() + ".dkim.amazonses.com");
  }
}

}  // namespace
}  // namespace easydkim
