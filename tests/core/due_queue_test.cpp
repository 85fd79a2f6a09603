// SPDX-License-Identifier: Apache-2.0
#include "core/due_queue.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <vector>

#include "tests/support/samples.hpp"

namespace easydkim {
namespace {

using namespace std::chrono_literals;
using tests::sample_start;

due_queue::entry entry(identity_id id, duration due) {
  return {.id = id, .due = sample_start + due, .last_checked = std::nullopt, .turn = 0};
}

std::vector<identity_id> drained(due_queue& queue, time_point now = sample_start + 24h * 365) {
  std::vector<identity_id> ids;
  while (const auto item = queue.pop_due(now)) ids.push_back(item->id);
  return ids;
}

using ids = std::vector<identity_id>;

TEST(due_queue, gives_out_the_earliest_first) {
  due_queue queue;
  for (const auto& [id, due] : std::map<identity_id, duration>{{1, 30s}, {2, 10s}, {3, 20s}, {4, 5s}})
    queue.push(entry(id, due));

  EXPECT_EQ(queue.earliest(), sample_start + 5s);
  EXPECT_EQ(drained(queue), (ids{4, 2, 3, 1}));
  EXPECT_EQ(queue.size(), 0U);
}

TEST(due_queue, gives_out_nothing_before_it_is_due) {
  due_queue queue;
  queue.push(entry(1, 10s));

  EXPECT_FALSE(queue.pop_due(sample_start + 10s - 1ms));
  EXPECT_TRUE(queue.pop_due(sample_start + 10s));
  EXPECT_FALSE(queue.pop_due(sample_start + 10s));
}

TEST(due_queue, has_nothing_due_while_empty) {
  const due_queue queue;

  EXPECT_EQ(queue.earliest(), std::nullopt);
  EXPECT_EQ(queue.due_before(time_point::max()), 0U);
  EXPECT_FALSE(queue.find(1, proof::dkim));
}

TEST(due_queue, keeps_all_that_it_was_given) {
  for (const identity_id id : {identity_id{0}, identity_id{1}, (identity_id{1} << 22) - 1,
                               identity_id{1} << 22, (identity_id{1} << 46) - 1}) {
    for (std::size_t turn = 0; turn < records_per_identity; ++turn) {
      due_queue queue;
      queue.push({.id = id, .due = sample_start + 123ms, .last_checked = sample_start - 1ms, .turn = turn});

      const auto item = queue.pop_due(sample_start + 1s);

      ASSERT_TRUE(item);
      EXPECT_EQ(item->id, id);
      EXPECT_EQ(item->due, sample_start + 123ms);
      EXPECT_EQ(item->last_checked, sample_start - 1ms);
      EXPECT_EQ(item->turn, turn);
    }
  }
}

TEST(due_queue, remembers_that_an_identity_was_never_checked) {
  due_queue queue;
  queue.push(entry(1, 1s));
  EXPECT_EQ(queue.find(1, proof::dkim)->last_checked, std::nullopt);
}

TEST(due_queue, holds_times_of_the_next_decades) {
  const time_point far = std::chrono::sys_days{std::chrono::year{2054} / 1 / 1} + 12h + 1ms;
  due_queue queue;
  queue.push({.id = 1, .due = far, .last_checked = far - 1h});

  EXPECT_EQ(queue.find(1, proof::dkim)->due, far);
  EXPECT_EQ(queue.find(1, proof::dkim)->last_checked, far - 1h);
}

TEST(due_queue, finds_an_entry_by_its_id) {
  due_queue queue;
  for (identity_id id = 1; id <= 100; ++id) queue.push(entry(id, id * 1s));

  ASSERT_TRUE(queue.find(42, proof::dkim));
  EXPECT_EQ(queue.find(42, proof::dkim)->due, sample_start + 42s);
  EXPECT_FALSE(queue.find(101, proof::dkim));
  EXPECT_FALSE(queue.find(42 + (identity_id{1} << 22), proof::dkim));
}

TEST(due_queue, removes_one_entry_and_keeps_the_order_of_the_rest) {
  due_queue queue;
  for (identity_id id = 1; id <= 10; ++id) queue.push(entry(id, id * 1s));
  queue.remove(1, proof::dkim);
  queue.remove(5, proof::dkim);
  queue.remove(77, proof::dkim);

  EXPECT_EQ(drained(queue), (ids{2, 3, 4, 6, 7, 8, 9, 10}));
}

TEST(due_queue, notes_a_check_outside_the_turn_without_moving_the_next) {
  due_queue queue;
  queue.push(entry(1, 10s));
  queue.push(entry(2, 5s));
  queue.checked(1, proof::dkim, sample_start + 3s);
  queue.checked(77, proof::dkim, sample_start + 3s);

  EXPECT_EQ(queue.find(1, proof::dkim)->last_checked, sample_start + 3s);
  EXPECT_EQ(queue.find(1, proof::dkim)->due, sample_start + 10s);
  EXPECT_EQ(queue.find(2, proof::dkim)->last_checked, std::nullopt);
  EXPECT_EQ(drained(queue), (ids{2, 1}));
}

TEST(due_queue, counts_what_is_due_before_a_moment) {
  due_queue queue;
  for (identity_id id = 1; id <= 10; ++id) queue.push(entry(id, id * 1s));

  EXPECT_EQ(queue.due_before(sample_start), 0U);
  EXPECT_EQ(queue.due_before(sample_start + 5s), 4U);
  EXPECT_EQ(queue.due_before(sample_start + 11s), 10U);
}

TEST(due_queue, moves_all_times_with_a_clock_that_was_set) {
  for (const duration step : {duration{24h * 365}, duration{-24h}, duration{1ms}}) {
    due_queue queue;
    queue.push({.id = 1, .due = sample_start + 10s, .last_checked = sample_start - 5s, .turn = 2});
    queue.push(entry(2, 5s));
    queue.shift(step);

    EXPECT_EQ(queue.find(1, proof::dkim)->due, sample_start + 10s + step);
    EXPECT_EQ(queue.find(1, proof::dkim)->last_checked, sample_start - 5s + step);
    EXPECT_EQ(queue.find(1, proof::dkim)->turn, 2U);
    EXPECT_EQ(queue.find(2, proof::dkim)->last_checked, std::nullopt);
    EXPECT_EQ(drained(queue, sample_start + 10s + step), (ids{2, 1}));
  }
}

TEST(due_queue, holds_times_before_its_epoch_as_the_first_moment_after_it) {
  due_queue queue;
  queue.push({.id = 1, .due = time_point{}, .last_checked = time_point{}});

  EXPECT_EQ(queue.earliest(), std::chrono::sys_days{std::chrono::year{2020} / 1 / 1} + 1ms);
  EXPECT_TRUE(queue.find(1, proof::dkim)->last_checked);
  EXPECT_TRUE(queue.pop_due(sample_start));
}

TEST(due_queue, has_entries_from_before_its_epoch_due_as_soon_as_the_clock_is_right) {
  due_queue queue;
  queue.push({.id = 1, .due = time_point{} + 1h, .last_checked = std::nullopt});
  EXPECT_FALSE(queue.pop_due(time_point{} + 2h));

  queue.shift(sample_start - time_point{});

  EXPECT_TRUE(queue.pop_due(sample_start));
}

TEST(due_queue, stays_in_order_when_any_entry_is_removed) {
  std::mt19937_64 random{5};
  for (int round = 0; round < 200; ++round) {
    due_queue queue;
    for (identity_id id = 1; id <= 50; ++id)
      queue.push(entry(id, duration{static_cast<duration::rep>(random() % 1000)}));
    for (int removed = 0; removed < 10; ++removed) queue.remove(random() % 50 + 1, proof::dkim);

    time_point last = sample_start;
    while (const auto item = queue.pop_due(sample_start + 1h)) {
      ASSERT_GE(item->due, last);
      last = item->due;
    }
  }
}

TEST(due_queue, agrees_with_a_multimap_over_a_hundred_thousand_steps) {
  std::mt19937_64 random{1};
  due_queue queue;
  std::multimap<time_point, identity_id> model;
  time_point now = sample_start;
  for (std::size_t step = 0; step < 100'000; ++step) {
    if (random() % 5 < 3) {
      const identity_id id = random() >> 18;
      const time_point due = now + duration{static_cast<duration::rep>(random() % 600'000)};
      queue.push({.id = id, .due = due, .last_checked = std::nullopt, .turn = step % records_per_identity});
      model.emplace(due, id);
      continue;
    }
    now += duration{static_cast<duration::rep>(random() % 100)};
    const auto item = queue.pop_due(now);
    ASSERT_EQ(item.has_value(), !model.empty() && model.begin()->first <= now);
    if (!item) continue;
    // Equal times may come in any order.
    const auto [begin, end] = model.equal_range(item->due);
    ASSERT_EQ(item->due, model.begin()->first);
    const auto twin = std::find_if(begin, end, [&](const auto& each) { return each.second == item->id; });
    ASSERT_NE(twin, end);
    model.erase(twin);
  }
  EXPECT_EQ(queue.size(), model.size());
  EXPECT_EQ(queue.earliest(), model.begin()->first);
}

}  // namespace
}  // namespace easydkim
