// SPDX-License-Identifier: Apache-2.0
#include "daemon/storage/group_commit.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <future>
#include <new>
#include <optional>
#include <thread>

#include "tests/support/failing_writes.hpp"
#include "tests/support/scratch_store.hpp"

namespace easydkim {
namespace {

namespace asio = boost::asio;
using namespace tests;
using namespace std::chrono_literals;
using outcome = std::optional<errc>;

class group_commit_of : public testing::Test {
 protected:
  explicit group_commit_of(std::uint64_t size = 64 * mebibyte) : store_{directory_.store(), size} {
    writer_.emplace(io_, store_, [this](std::exception_ptr why) { broken_.push_back(why); });
  }

  template <class Condition>
  void run_until(Condition enough) {
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    while (!enough()) {
      io_.run_one_until(deadline);
      ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "nothing happened";
    }
  }

  void submit(std::function<outcome(write_group&)> apply) {
    const std::size_t place = outcomes_.size();
    outcomes_.push_back(not_told);
    writer_->submit({.apply = std::move(apply), .done = [this, place](outcome failed) {
                       EXPECT_EQ(outcomes_[place], not_told) << "told twice";
                       outcomes_[place] = failed;
                       ++told_;
                     }});
  }
  void submit_insert(std::size_t number) {
    submit([number](write_group& group) -> outcome {
      const auto added = group.insert(fresh(name_of(number), "default", number));
      return added ? std::nullopt : outcome{added.error()};
    });
  }

  /// Has the store thread wait inside a transaction, so that what is submitted meanwhile makes one group.
  void hold() {
    std::promise<void> begun;
    release_ = {};
    submit(
        [&begun, may_go_on = release_.get_future().share(), first = true](write_group&) mutable -> outcome {
          if (std::exchange(first, false)) begun.set_value();
          may_go_on.wait();
          return std::nullopt;
        });
    begun.get_future().wait();
  }
  void let_go() { release_.set_value(); }

  void wait_for_all() {
    run_until([this] { return told_ == outcomes_.size(); });
  }
  std::size_t stored() {
    std::size_t count = 0;
    store_.each([&](const identity&) { ++count; });
    return count;
  }

  static constexpr outcome not_told = errc::domain_empty;  // which no writer gives

  scratch_directory directory_;
  asio::io_context io_{1};
  asio::executor_work_guard<asio::io_context::executor_type> works_{io_.get_executor()};
  identity_store store_;
  std::vector<std::exception_ptr> broken_;
  std::vector<outcome> outcomes_;  // in order of submission
  std::size_t told_ = 0;
  std::promise<void> release_;
  std::optional<group_commit> writer_;
};

class group_commit_test : public group_commit_of {};

TEST_F(group_commit_test, lets_callers_that_come_together_share_a_commit) {
  hold();
  for (std::size_t i = 0; i < 100; ++i) submit_insert(i);
  EXPECT_EQ(writer_->commits_total(), 0U);
  let_go();
  wait_for_all();
  EXPECT_EQ(writer_->commits_total(), 1U) << "one for all; the group that was held changed nothing";
  EXPECT_EQ(stored(), 100U);
}

TEST_F(group_commit_test, tells_a_caller_only_when_readers_see_its_change) {
  for (std::size_t i = 0; i < 20; ++i) {
    submit_insert(i);
    wait_for_all();
    EXPECT_TRUE(store_.find("default", domain(name_of(i))));
  }
  EXPECT_EQ(writer_->commits_total(), 20U);
}

TEST_F(group_commit_test, tells_callers_on_the_thread_of_the_event_loop) {
  std::thread::id applied_by, told_by;
  writer_->submit({.apply = [&](write_group&) -> outcome {
                     applied_by = std::this_thread::get_id();
                     return std::nullopt;
                   },
                   .done = [&](outcome) { told_by = std::this_thread::get_id(); }});
  run_until([&] { return told_by != std::thread::id{}; });
  EXPECT_EQ(told_by, std::this_thread::get_id());
  EXPECT_NE(applied_by, std::this_thread::get_id());
}

TEST_F(group_commit_test, ends_a_group_at_its_largest_size) {
  hold();
  for (std::size_t i = 0; i < most_changes_in_group + 1; ++i) submit_insert(i);
  let_go();
  wait_for_all();
  EXPECT_EQ(writer_->commits_total(), 2U);
}

TEST_F(group_commit_test, refuses_what_would_wait_behind_too_many) {
  hold();
  for (std::size_t i = 1; i < group_commit::most_waiting; ++i) submit([](write_group&) { return outcome{}; });
  submit_insert(0);
  run_until([this] { return told_ == 1; });
  EXPECT_EQ(outcomes_.back(), outcome{errc::too_busy});
  let_go();
  wait_for_all();
  EXPECT_EQ(std::ranges::count_if(outcomes_, [](const outcome& each) { return !each; }),
            static_cast<std::ptrdiff_t>(group_commit::most_waiting));
  EXPECT_EQ(stored(), 0U);

  submit_insert(0);
  wait_for_all();
  EXPECT_EQ(outcomes_.back(), outcome{}) << "there is room again";
}

TEST_F(group_commit_test, resumes_each_caller_with_its_own_answer) {
  hold();
  std::vector<result<int>> answers(3, errc::stopping);
  std::size_t resumed = 0;
  const auto ask = [&](int number) -> asio::awaitable<void> {
    const auto decide = [number](write_group& group) -> result<int> {
      if (number == 1) return errc::identity_limit;  // for reasons of its own
      return static_cast<int>(group.insert(fresh(name_of(static_cast<std::size_t>(number)))).value().id);
    };
    answers[static_cast<std::size_t>(number)] = co_await writer_->write(decide);
    ++resumed;
  };
  for (int number = 0; number < 3; ++number)
    asio::co_spawn(io_, ask(number), [](std::exception_ptr failed) { EXPECT_FALSE(failed); });
  io_.poll();
  let_go();
  run_until([&] { return resumed == 3; });
  EXPECT_EQ(answers[0].value(), 1);
  EXPECT_EQ(answers[1].error(), errc::identity_limit);
  EXPECT_EQ(answers[2].value(), 2) << "the refusal of another did no harm";
  EXPECT_EQ(writer_->commits_total(), 1U);
}

TEST_F(group_commit_test, refuses_a_whole_group_when_the_disk_does_and_makes_the_next) {
  hold();
  for (std::size_t i = 0; i < 5; ++i) submit_insert(i);
  {
    const failing_writes failing{O_RDWR};
    let_go();
    wait_for_all();
  }
  EXPECT_EQ(outcomes_[0], outcome{}) << "the group that was held had nothing to write";
  for (std::size_t i = 1; i < outcomes_.size(); ++i) EXPECT_EQ(outcomes_[i], outcome{errc::store_failed});
  EXPECT_EQ(stored(), 0U);
  EXPECT_TRUE(broken_.empty());
  EXPECT_TRUE(writer_->disk_refuses());

  submit_insert(0);
  wait_for_all();
  EXPECT_EQ(outcomes_.back(), outcome{});
  EXPECT_FALSE(writer_->disk_refuses());
  EXPECT_EQ(stored(), 1U);
}

TEST_F(group_commit_test, refuses_a_group_that_does_not_fit_into_memory_and_makes_the_next) {
  hold();
  submit_insert(0);
  submit([](write_group&) -> outcome { throw std::bad_alloc{}; });
  let_go();
  wait_for_all();
  EXPECT_EQ(outcomes_[1], outcome{errc::too_busy});
  EXPECT_EQ(outcomes_[2], outcome{errc::too_busy});
  EXPECT_EQ(stored(), 0U);

  submit_insert(0);
  wait_for_all();
  EXPECT_EQ(outcomes_.back(), outcome{});
  EXPECT_EQ(stored(), 1U);
}

TEST_F(group_commit_test, finds_out_that_the_disk_takes_something_again_without_a_change) {
  {
    const failing_writes failing{O_RDWR};
    submit_insert(0);
    wait_for_all();
  }
  ASSERT_TRUE(writer_->disk_refuses());
  writer_->try_disk("/nonexistent", 4096);
  writer_->alone([] {});
  EXPECT_TRUE(writer_->disk_refuses());
  writer_->try_disk(directory_.store(), 4096);
  writer_->alone([] {});
  EXPECT_FALSE(writer_->disk_refuses());
  EXPECT_FALSE(std::filesystem::exists(directory_.store() / "written-to-try"));
}

TEST_F(group_commit_test, says_once_that_nothing_can_be_written_any_more) {
  {
    const failing_writes failing{O_WRONLY};
    submit_insert(0);
    wait_for_all();
  }
  for (std::size_t i = 1; i < 4; ++i) {
    submit_insert(i);
    wait_for_all();
  }
  for (const outcome& each : outcomes_) EXPECT_EQ(each, outcome{errc::store_failed});
  run_until([this] { return !broken_.empty(); });
  io_.poll();
  ASSERT_EQ(broken_.size(), 1U);
  EXPECT_THROW(std::rethrow_exception(broken_[0]), store_broken);
}

TEST_F(group_commit_test, makes_everything_durable_before_it_finishes) {
  for (std::size_t i = 0; i < 50; ++i) submit_insert(i);
  writer_->finish();
  EXPECT_EQ(stored(), 50U) << "though nobody was told yet";
  EXPECT_EQ(told_, 0U);
  wait_for_all();
  for (const outcome& each : outcomes_) EXPECT_EQ(each, outcome{});

  submit_insert(50);
  wait_for_all();
  EXPECT_EQ(outcomes_.back(), outcome{errc::stopping});
  EXPECT_EQ(stored(), 50U);
}

TEST_F(group_commit_test, makes_everything_durable_before_it_ends) {
  for (std::size_t i = 0; i < 50; ++i) submit_insert(i);
  writer_.reset();
  EXPECT_EQ(stored(), 50U);
}

TEST_F(group_commit_test, answers_a_ping_only_when_the_store_thread_is_free) {
  int alive = 0;
  hold();
  writer_->ping([&] { ++alive; });
  io_.poll();
  EXPECT_EQ(alive, 0);
  let_go();
  run_until([&] { return alive > 0; });
  EXPECT_EQ(alive, 1);
}

class group_commit_in_a_full_store : public group_commit_of {
 protected:
  group_commit_in_a_full_store() : group_commit_of{mebibyte / 4} {
    while (fill(store_, filled_, filled_ + 1)) ++filled_;
  }
  std::size_t filled_ = 0;
};

TEST_F(group_commit_in_a_full_store, makes_one_by_one_what_did_not_fit_together) {
  identity changed = *store_.find("default", domain(name_of(0)));
  changed.dkim_enabled = false;
  const identity gone = *store_.find("default", domain(name_of(1)));
  hold();
  submit_insert(filled_);
  submit([changed](write_group& group) -> outcome {
    const auto done = group.update(changed);
    return done ? std::nullopt : outcome{done.error()};
  });
  submit([gone](write_group& group) -> outcome {
    const auto done = group.erase(gone, noon);
    return done ? std::nullopt : outcome{done.error()};
  });
  let_go();
  wait_for_all();
  EXPECT_EQ(outcomes_[1], outcome{errc::store_full});
  EXPECT_EQ(outcomes_[2], outcome{});
  EXPECT_EQ(outcomes_[3], outcome{});
  EXPECT_EQ(store_.load(changed.id), changed);
  EXPECT_FALSE(store_.load(gone.id));
  EXPECT_EQ(stored(), filled_ - 1);
}

TEST_F(group_commit_of, tells_how_long_its_commits_took_and_how_many_shared_them) {
  hold();
  for (std::size_t i = 0; i < 5; ++i) submit_insert(i);
  let_go();
  wait_for_all();
  submit_insert(5);
  wait_for_all();

  const histogram& sizes = writer_->commits().sizes;
  ASSERT_EQ(sizes.bounds()[0], 1U);
  ASSERT_EQ(sizes.bounds()[2], 16U);
  EXPECT_EQ(sizes.in_slot(0), 1U);
  EXPECT_EQ(sizes.in_slot(2), 1U);
  EXPECT_EQ(sizes.sum(), 6U);
  EXPECT_GT(writer_->commits().times.sum(), 0U);
  EXPECT_EQ(writer_->waiting(), 0U);
}

}  // namespace
}  // namespace easydkim
