// SPDX-License-Identifier: Apache-2.0
// What is done to the whole store while it serves: a check of it, a copy of it, and another largest size.
//
// Problem: to read a store of millions takes seconds, a copy takes as long as the disk takes, and nobody may
// wait for them; and LMDB changes its size only while nobody reads or writes.
// Choice: a store that is too large to be read before the start is checked on a thread of its own, from a
// snapshot. What was not checked yet harms nobody: each record has a checksum, and is read anew whenever it
// is used. A copy has a thread, too, and goes into a file that the client opened (passed_file.hpp), one at a
// time; when that client goes, or the file takes nothing for 10 s, it ends (store_copy.hpp). The size changes on the store thread between two
// groups, while the thread of the io_context waits; when a check or a copy is under way, after its end. Cost:
// while they read, pages that become free are not used again, so the database grows by what is changed
// meanwhile.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/result.hpp>
#include <cstdint>
#include <exception>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

#include "core/store/identity_store.hpp"
#include "daemon/storage/group_commit.hpp"
#include "daemon/storage/store_copy.hpp"
#include "posix/file_handle.hpp"

namespace easydkim {

/// All calls on the thread of `io`.
class store_upkeep {
 public:
  /// `broken`: called with a `store_unusable` or `store_broken` when the check finds that the store is not
  /// whole or cannot be read.
  store_upkeep(boost::asio::io_context& io, identity_store& store, group_commit& writer,
               std::function<void(std::exception_ptr)> broken);
  ~store_upkeep();
  store_upkeep(const store_upkeep&) = delete;
  store_upkeep& operator=(const store_upkeep&) = delete;

  /// Checks what was not when the store was opened, and logs that it is whole.
  void check();

  /// Octets that were written and are on the disk; or one sentence why not.
  using copied_or_fault = boost::system::result<std::uint64_t, std::string>;

  /// Writes a copy, a data.mdb by itself, into `to`: an empty regular file, open for writing; it is empty
  /// again when that failed.
  /// `unwanted`: asked for a stop, on the thread of `io`, when nobody waits for the copy any more, which is
  /// given up then.
  boost::asio::awaitable<copied_or_fault> copy(file_handle to, store_layout layout, std::stop_token unwanted);

  /// Sets how large the store may grow, now or after the check and the copy that are under way, and logs it.
  /// Throws `store_broken`.
  void resize(std::uint64_t size);

  store_usage usage() const { return store_.usage(); }

  /// Ends a check and a copy that are under way, which then tells so, and takes no further one.
  void stop();

 private:
  void end_check(std::exception_ptr found, bool is_whole);
  void begin(store_layout layout);
  void end(copied_or_fault outcome);
  enum class why : std::uint8_t {
    nobody,        // it goes on
    client_gone,   // nobody waits for it any more
    stands_still,  // its file takes nothing
  };
  void give_up(why reason);
  void watch_progress();
  void resize_if_put_off();

  static constexpr std::chrono::seconds longest_standstill{10};

  boost::asio::io_context& io_;
  boost::asio::steady_timer progress_;
  identity_store& store_;
  group_commit& writer_;
  std::function<void(std::exception_ptr)> broken_;
  std::jthread checking_;                      // while a check is under way
  std::optional<store_copy> copy_;             // while one is under way
  why given_up_ = why::nobody;                 // that copy, while the daemon goes on
  std::uint64_t last_progress_ = 0;
  std::function<void(copied_or_fault)> told_;  // whoever waits for it
  std::thread copying_;
  std::optional<std::uint64_t> size_put_off_;
  bool stopped_ = false;
};

}  // namespace easydkim
