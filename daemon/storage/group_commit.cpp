// SPDX-License-Identifier: Apache-2.0
#include "daemon/storage/group_commit.hpp"

#include <boost/asio/post.hpp>
#include <future>
#include <iterator>
#include <new>

#include "daemon/storage/trial_write.hpp"

namespace easydkim {

namespace asio = boost::asio;

group_commit::group_commit(asio::io_context& io, identity_store& store,
                           std::function<void(std::exception_ptr)> broken)
    : io_{io}, store_{store}, broken_{std::move(broken)}, writer_works_{writer_.get_executor()} {
  thread_ = std::thread{[this] { writer_.run(); }};
}

group_commit::~group_commit() {
  finish();
}

void group_commit::finish() {
  finished_ = true;
  writer_works_.reset();
  if (thread_.joinable()) thread_.join();
}

void group_commit::submit(change wanted) {
  if (finished_ || waiting_ >= most_waiting) {
    const errc why = finished_ ? errc::stopping : errc::too_busy;
    asio::post(io_, [refused = std::move(wanted.done), why] { refused(why); });
    return;
  }
  const std::scoped_lock alone{submitting_};
  if (submitted_.empty()) asio::post(writer_, [this] { commit_group(); });
  submitted_.push_back(std::move(wanted));
  ++waiting_;
}

void group_commit::ping(std::function<void()> alive) {
  asio::post(writer_, [this, alive = std::move(alive)]() mutable { asio::post(io_, std::move(alive)); });
}

void group_commit::try_disk(std::filesystem::path directory, std::size_t octets) {
  asio::post(writer_, [this, file = std::move(directory) / "written-to-try", octets] {
    if (can_make_durable(file, octets)) disk_refuses_ = false;
  });
}

void group_commit::alone(const std::function<void()>& step) {
  std::packaged_task<void()> between_groups{step};
  std::future<void> done = between_groups.get_future();
  asio::post(writer_, std::move(between_groups));
  done.get();
}

/// All that wait by now, perhaps nothing; what is more than a group waits for the next.
std::vector<group_commit::change> group_commit::take_group() {
  const std::scoped_lock alone{submitting_};
  std::vector<change> group = std::exchange(submitted_, {});
  if (group.size() <= most_changes_in_group) return group;
  const auto rest = group.begin() + static_cast<std::ptrdiff_t>(most_changes_in_group);
  submitted_.assign(std::make_move_iterator(rest), std::make_move_iterator(group.end()));
  group.erase(rest, group.end());
  asio::post(writer_, [this] { commit_group(); });
  return group;
}

void group_commit::commit_group() {
  std::vector<change> group = take_group();
  std::vector<std::optional<errc>> outcomes(group.size());
  try {
    if (unusable_) throw store_broken{"the store can no longer be written"};
    const std::optional<errc> failed = commit(group);
    for (std::size_t i = 0; i < group.size(); ++i)
      // What did not fit together may fit in part: a deletion, or a status that changed.
      outcomes[i] = failed == errc::store_full && group.size() > 1 ? commit({&group[i], 1}) : failed;
  } catch (const store_broken&) {
    if (!std::exchange(unusable_, true))
      asio::post(io_, [this, why = std::current_exception()] { broken_(why); });
    for (auto& each : outcomes) each = errc::store_failed;
  } catch (const std::bad_alloc&) {  // so many at once do not fit into memory: nothing of them was written
    for (auto& each : outcomes) each = errc::too_busy;
  }
  tell(std::move(group), std::move(outcomes));
}

std::optional<errc> group_commit::commit(std::span<const change> changes) {
  write_group transaction{store_};
  for (const change& each : changes)
    if (const auto failed = each.apply(transaction)) {
      if (failed == errc::store_failed) disk_refuses_ = true;
      return failed;
    }
  if (!transaction.has_changes()) return std::nullopt;
  made_.reserve(made_.size() + 1);  // nothing may fail for want of memory once it is durable
  const auto began = std::chrono::steady_clock::now();
  const result<void> committed = transaction.commit();
  disk_refuses_ = !committed && committed.error() == errc::store_failed;
  if (!committed) return committed.error();
  const auto took = std::chrono::steady_clock::now() - began;
  made_.push_back({changes.size(), std::chrono::duration_cast<std::chrono::microseconds>(took)});
  commits_total_.fetch_add(1, std::memory_order_relaxed);
  return std::nullopt;
}

/// The commits are counted where they are read.
void group_commit::tell(std::vector<change> group, std::vector<std::optional<errc>> outcomes) {
  asio::post(
      io_, [this, group = std::move(group), outcomes = std::move(outcomes), made = std::exchange(made_, {})] {
        for (const made_commit& each : made) {
          commits_.times.add(static_cast<std::uint64_t>(each.took.count()));
          commits_.sizes.add(each.changes);
        }
        waiting_ -= group.size();
        for (std::size_t i = 0; i < group.size(); ++i) group[i].done(outcomes[i]);
      });
}

}  // namespace easydkim
