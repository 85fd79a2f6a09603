// SPDX-License-Identifier: Apache-2.0
#include "core/schedule.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "core/verdict.hpp"
#include "tests/support/samples.hpp"

namespace easydkim {
namespace {

using namespace std::chrono_literals;
using enum dkim_status;
using tests::sample_identity;
using tests::sample_start;

constexpr policy rules;

/// The longest that a record, published at `age`, may wait to be noticed.
duration bound(duration age) {
  return std::max<duration>(15s, std::min<duration>(10min, age / 20));
}

identity with_id(dkim_status status, identity_id id) {
  identity subject = sample_identity(status);
  subject.id = id;
  return subject;
}

TEST(interval, is_five_percent_of_the_age_within_its_bounds) {
  EXPECT_EQ(interval_at(0s, rules), 15s);
  EXPECT_EQ(interval_at(5min, rules), 15s);
  EXPECT_EQ(interval_at(10min, rules), 30s);
  EXPECT_EQ(interval_at(1h, rules), 3min);
  EXPECT_EQ(interval_at(200min, rules), 10min);
  EXPECT_EQ(interval_at(72h, rules), 10min);
  EXPECT_EQ(interval_at(24h * 365 * 100, rules), 10min);
}

TEST(interval, is_the_shortest_when_the_clock_was_set_back) {
  EXPECT_EQ(interval_at(-1ms, rules), 15s);
  EXPECT_EQ(interval_at(-24h * 365, rules), 15s);
}

TEST(interval, never_shrinks_with_age) {
  for (duration age{0}; age < 5h; age += 1s)
    ASSERT_LE(interval_at(age, rules), interval_at(age + 1s, rules)) << age.count();
}

TEST(pending_identity, has_its_first_check_soon_after_the_issue) {
  EXPECT_EQ(check_after_issue({sample_identity(), proof::dkim}, rules), sample_start + 5s);
  EXPECT_EQ(
      check_after_issue({tests::restarted(sample_identity(failed), sample_start + 100h), proof::dkim}, rules),
      sample_start + 100h + 5s);
}

// A chain of checks over the whole window: every gap between two checks is one in which a record may appear.
TEST(pending_identity, is_noticed_in_time_whenever_its_owner_publishes_within_72_hours) {
  for (identity_id id = 1; id <= 50; ++id) {
    const identity subject = with_id(pending, id);
    const time_point end = window_end(subject.dkim, rules);
    time_point last = sample_start;
    time_point next = *check_after_issue({subject, proof::dkim}, rules);
    int checks = 0;
    while (next < end) {
      ASSERT_GT(next, last);
      // What is published right after `last` waits the longest, and its age is the lowest of the gap.
      ASSERT_LE(next - last, bound(last - sample_start)) << "age " << (last - sample_start).count();
      last = next;
      next = *next_check({subject, proof::dkim}, last, rules);
      ++checks;
    }
    EXPECT_EQ(next, end);
    EXPECT_LT(checks, 700);
  }
}

TEST(pending_identity, is_checked_within_bounds_for_any_age_and_id) {
  std::mt19937_64 random{2026};
  for (int i = 0; i < 10'000; ++i) {
    const identity subject = with_id(pending, random() >> 18);
    const duration age{static_cast<duration::rep>(random() % std::uint64_t(rules.window.count()))};
    const time_point now = sample_start + age;

    const duration wait = *next_check({subject, proof::dkim}, now, rules) - now;

    const duration to_the_end = window_end(subject.dkim, rules) - now;
    ASSERT_LE(wait, bound(age));
    ASSERT_LE(wait, to_the_end);
    if (wait < to_the_end) {
      ASSERT_GE(wait, rules.min_interval);
      ASSERT_GE(wait, interval_at(age, rules) * 9 / 10 - 1ms);
    }
  }
}

TEST(pending_identity, is_spread_by_its_id_so_that_many_do_not_stay_together) {
  const time_point now = sample_start + 24h;
  time_point earliest = time_point::max();
  time_point latest = time_point::min();
  for (identity_id id = 1; id <= 1000; ++id) {
    const time_point next = *next_check({with_id(pending, id), proof::dkim}, now, rules);
    earliest = std::min(earliest, next);
    latest = std::max(latest, next);
  }
  EXPECT_GT(latest - earliest, 55s);
  EXPECT_LE(latest, now + 10min);
}

TEST(pending_identity, is_asked_about_right_when_its_window_ends) {
  const identity subject = sample_identity();
  const time_point end = window_end(subject.dkim, rules);

  EXPECT_EQ(next_check({subject, proof::dkim}, end - 1ms, rules), end);
  EXPECT_EQ(next_check({subject, proof::dkim}, end - 1min, rules), end);
}

TEST(pending_identity, is_still_asked_about_when_the_window_ended_in_silence) {
  const identity subject = sample_identity();
  for (const duration after : {duration{0}, duration{1h}, duration{24h * 30}}) {
    const time_point now = window_end(subject.dkim, rules) + after;
    EXPECT_GT(*next_check({subject, proof::dkim}, now, rules), now);
    EXPECT_LE(*next_check({subject, proof::dkim}, now, rules), now + rules.max_interval);
  }
}

TEST(pending_identity, is_checked_soon_when_the_clock_was_set_back) {
  const time_point now = sample_start - 24h * 365;
  EXPECT_EQ(next_check({sample_identity(), proof::dkim}, now, rules), now + 15s);
}

TEST(schedule, obeys_a_window_shorter_than_the_first_check) {
  policy short_window;
  short_window.window = 2s;
  EXPECT_EQ(check_after_issue({sample_identity(), proof::dkim}, short_window), sample_start + 2s);
}

TEST(schedule, has_no_check_for_one_that_is_not_looked_at) {
  for (const dkim_status each : {failed, not_started}) {
    const identity subject = sample_identity(each);
    EXPECT_EQ(next_check({subject, proof::dkim}, sample_start + 1h, rules), std::nullopt);
    EXPECT_EQ(check_after_issue({subject, proof::dkim}, rules), std::nullopt);
    EXPECT_EQ(check_after_start({subject, proof::dkim}, sample_start + 1h, rules), std::nullopt);
  }
}

TEST(verified_identity, is_rechecked_every_recheck_interval) {
  for (identity_id id = 1; id <= 100; ++id) {
    const identity subject = with_id(success, id);
    const time_point first = *next_check({subject, proof::dkim}, sample_start, rules);
    ASSERT_GT(first, sample_start + rules.recheck_interval * 9 / 10 - 1ms);
    ASSERT_LE(first, sample_start + rules.recheck_interval);
    ASSERT_EQ(next_check({subject, proof::dkim}, first, rules), first + rules.recheck_interval);
    ASSERT_EQ(next_check({subject, proof::dkim}, first + 3s, rules), first + rules.recheck_interval);
  }
}

TEST(verified_identity, is_spread_by_its_id_over_a_tenth_of_the_interval) {
  time_point earliest = time_point::max();
  time_point latest = time_point::min();
  for (identity_id id = 1; id <= 1000; ++id) {
    const time_point next = *next_check({with_id(success, id), proof::dkim}, sample_start, rules);
    earliest = std::min(earliest, next);
    latest = std::max(latest, next);
  }
  EXPECT_GT(latest - earliest, rules.recheck_interval * 9 / 100);
}

TEST(verified_identity, keeps_its_hour_over_restarts) {
  const identity subject = with_id(success, 99);
  const time_point first = *next_check({subject, proof::dkim}, sample_start, rules);

  for (duration uptime{0}; uptime < rules.recheck_interval; uptime += 1h) {
    const time_point start = first + uptime;
    EXPECT_EQ(check_after_start({subject, proof::dkim}, start, rules), first + rules.recheck_interval);
  }
  EXPECT_EQ(check_after_start({subject, proof::dkim}, first - 1ms, rules), first);
  EXPECT_EQ(check_after_start({subject, proof::dkim}, first + 100 * rules.recheck_interval + 1s, rules),
            first + 101 * rules.recheck_interval);
}

TEST(verified_identity, waits_no_longer_than_an_interval_when_the_clock_was_set_back) {
  const time_point now = sample_start - 24h * 365;
  const time_point next = *next_check({sample_identity(success), proof::dkim}, now, rules);

  EXPECT_GT(next, now);
  EXPECT_LE(next, now + rules.recheck_interval);
}

TEST(verified_identity, is_looked_at_soon_after_a_miss) {
  identity subject = sample_identity(success);
  subject.dkim.misses = 1;
  const time_point now = sample_start + 24h;

  EXPECT_EQ(next_check({subject, proof::dkim}, now, rules), now + rules.max_interval);
}

TEST(verified_identity, is_never_looked_at_less_often_after_a_miss_than_before) {
  policy eager;
  eager.recheck_interval = 1min;
  identity subject = sample_identity(success);
  subject.dkim.misses = 1;

  EXPECT_EQ(next_check({subject, proof::dkim}, sample_start + 1h, eager), sample_start + 1h + 1min);
}

TEST(lost_identity, is_checked_within_bounds_of_the_time_since_the_loss) {
  std::mt19937_64 random{7};
  for (int i = 0; i < 10'000; ++i) {
    const identity subject = with_id(temporary_failure, random() >> 18);
    const duration age{static_cast<duration::rep>(random() % std::uint64_t(rules.grace.count()))};
    const time_point now = sample_start + age;

    const time_point next = *next_check({subject, proof::dkim}, now, rules);

    ASSERT_GT(next, now);
    ASSERT_LE(next - now, bound(age));
    ASSERT_LE(next, *grace_end(subject.dkim, rules));
  }
}

TEST(lost_identity, is_asked_about_right_when_its_grace_ends) {
  const identity subject = sample_identity(temporary_failure);
  const time_point end = *grace_end(subject.dkim, rules);

  EXPECT_EQ(next_check({subject, proof::dkim}, end - 1s, rules), end);
  EXPECT_GT(*next_check({subject, proof::dkim}, end, rules), end);
}

TEST(start_of_the_daemon, spreads_the_checks_over_their_interval) {
  const time_point now = sample_start + 24h;
  int in_the_first_half = 0;
  for (identity_id id = 1; id <= 10'000; ++id) {
    const time_point due = *check_after_start({with_id(pending, id), proof::dkim}, now, rules);
    ASSERT_GE(due, now);
    ASSERT_LT(due, now + rules.max_interval);
    in_the_first_half += due < now + rules.max_interval / 2 ? 1 : 0;
  }
  EXPECT_NEAR(in_the_first_half, 5000, 200);
}

TEST(start_of_the_daemon, makes_no_window_longer) {
  for (identity_id id = 1; id <= 1000; ++id) {
    const identity subject = with_id(pending, id);
    const time_point end = window_end(subject.dkim, rules);
    ASSERT_LE(*check_after_start({subject, proof::dkim}, end - 10s, rules), end);
    ASSERT_LE(*check_after_start({subject, proof::dkim}, end + 24h, rules), end + 24h + rules.max_interval);
  }
}

}  // namespace
}  // namespace easydkim
