// SPDX-License-Identifier: Apache-2.0
// Many callers, one fsync: the thread that writes.
//
// Problem: a durable commit costs two flushes of the disk, and a thousand callers may wait for one each.
// Choice: one thread takes every change that has arrived since its last flush, applies them in one
// transaction, and tells all callers when that is durable. A caller that is alone waits for its own flush
// only. Cost: an error of the disk refuses a whole group; each of its callers may simply try again.
#pragma once

#include <atomic>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/store/identity_store.hpp"
#include "core/store/write_group.hpp"
#include "daemon/storage/commit_figures.hpp"

namespace easydkim {

/// Owns the store thread. `submit` and `write` are called on the thread of `io`, and complete there.
class group_commit {
 public:
  /// Changes that may wait for the store thread before further ones are refused with `too_busy`.
  static constexpr std::size_t most_waiting = 16384;

  struct change {
    /// Applies the change; runs on the store thread, perhaps twice (a group that did not fit is run again one
    /// by one), so it must depend on nothing but its captures and the group. Gives the store's error, if any.
    std::function<std::optional<errc>(write_group&)> apply;

    /// Told when the change is durable (nothing) or was not made (the error).
    std::function<void(std::optional<errc>)> done;
  };

  /// `broken`: called on the thread of `io` with a `store_broken` when nothing can be written any more.
  group_commit(boost::asio::io_context& io, identity_store& store,
               std::function<void(std::exception_ptr)> broken);

  /// Finishes what was submitted.
  ~group_commit();
  group_commit(const group_commit&) = delete;
  group_commit& operator=(const group_commit&) = delete;

  void submit(change wanted);

  /// `decide(write_group&) -> result<T>` inside a group; resumes with its value when that is durable. An
  /// error that `decide` gives for its own reasons (not the store's) means that it wrote nothing.
  template <class Decide>
  auto write(Decide decide) -> boost::asio::awaitable<std::invoke_result_t<Decide, write_group&>>;

  /// Calls `alive` on the thread of `io` once the store thread has taken notice: for the watchdog.
  void ping(std::function<void()> alive);

  /// Calls `step` on the store thread between two groups, and waits for it, so that nobody reads or writes
  /// meanwhile. Not after `finish`. Throws what it throws.
  void alone(const std::function<void()>& step);

  /// Takes no further changes, makes those that wait durable, ends the thread. The `done` calls are queued on
  /// `io`.
  void finish();

  /// Since the start. On the thread of `io`.
  const commit_figures& commits() const noexcept { return commits_; }

  /// Changes that are not durable yet. On the thread of `io`.
  std::size_t waiting() const noexcept { return waiting_; }

  /// The disk refused the last transaction that was to be made durable, and took none since.
  bool disk_refuses() const noexcept { return disk_refuses_.load(std::memory_order_relaxed); }

  /// Looks, on the store thread, whether a file of `octets` can be made durable in the directory of the
  /// store; the disk refuses no longer when it can.
  void try_disk(std::filesystem::path directory, std::size_t octets);

  /// Transactions made durable since the start.
  std::uint64_t commits_total() const noexcept { return commits_total_.load(std::memory_order_relaxed); }

 private:
  void commit_group();  // this and the rest: on the store thread
  std::vector<change> take_group();
  std::optional<errc> commit(std::span<const change> changes);
  void tell(std::vector<change> group, std::vector<std::optional<errc>> outcomes);

  boost::asio::io_context& io_;
  identity_store& store_;
  std::function<void(std::exception_ptr)> broken_;
  std::size_t waiting_ = 0;  // on the thread of `io`
  bool finished_ = false;
  commit_figures commits_;  // the same

  boost::asio::io_context writer_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> writer_works_;
  struct made_commit {
    std::size_t changes;
    std::chrono::microseconds took;
  };
  std::mutex submitting_;
  std::vector<change> submitted_;  // under the mutex: not yet taken; a commit is queued unless it is empty
  std::vector<made_commit> made_;  // durable, and not told of yet
  bool unusable_ = false;
  std::atomic<bool> disk_refuses_ = false;        // the same
  std::atomic<std::uint64_t> commits_total_ = 0;  // counted by the store thread, read by the other
  std::thread thread_;
};

template <class Decide>
auto group_commit::write(Decide decide)
    -> boost::asio::awaitable<std::invoke_result_t<Decide, write_group&>> {
  using outcome = std::invoke_result_t<Decide, write_group&>;

  const auto start = [this](auto handler, Decide given) {
    struct pending {
      Decide decide;
      decltype(handler) resume;
      std::optional<outcome> decided{};
    };
    const auto held = std::make_shared<pending>(pending{std::move(given), std::move(handler)});
    submit({.apply = [of = held.get()](write_group& group) -> std::optional<errc> {
              of->decided.emplace(of->decide(group));
              return std::nullopt;
            },
            .done =
                [held](std::optional<errc> failed) {
                  std::move(held->resume)(failed ? outcome{*failed} : *std::move(held->decided));
                }});
  };
  return boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(outcome)>(
      start, boost::asio::use_awaitable, std::move(decide));
}

}  // namespace easydkim
