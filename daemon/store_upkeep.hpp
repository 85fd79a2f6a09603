// What is done to the whole store while it serves: a copy of it, and another largest size.
//
// Problem: a copy takes as long as the disk takes, and nobody may wait for it; and LMDB changes its size only
// while nobody reads or writes.
// Choice: a copy is written on a thread of its own, from a snapshot, into a file that the client opened
// (passed_file.hpp), one at a time. The size changes on the store thread between two groups, while the thread
// of the io_context waits; when a copy is under way, after its end. Cost: while a copy is written, pages that
// become free are not used again, so the database grows by what is changed meanwhile.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/system/result.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <thread>

#include "core/store/file_handle.hpp"
#include "core/store/identity_store.hpp"
#include "daemon/group_commit.hpp"

namespace easydkim {

/// All calls on the thread of `io`.
class store_upkeep {
 public:
  store_upkeep(boost::asio::io_context& io, identity_store& store, group_commit& writer);
  ~store_upkeep();
  store_upkeep(const store_upkeep&) = delete;
  store_upkeep& operator=(const store_upkeep&) = delete;

  /// Octets that were written and are on the disk; or one sentence why not.
  using copied_or_fault = boost::system::result<std::uint64_t, std::string>;

  /// Writes a copy, a data.mdb by itself, into `to`: an empty regular file, open for writing.
  boost::asio::awaitable<copied_or_fault> copy(file_handle to, store_layout layout);

  /// Sets how large the store may grow, now or after the copy that is under way, and logs it. Throws
  /// `store_broken`.
  void resize(std::uint64_t size);

  store_usage usage() const { return store_.usage(); }

  /// Ends a copy that is under way, which then tells so, and takes no further one.
  void stop();

 private:
  void begin(store_layout layout);
  void end(copied_or_fault outcome);

  boost::asio::io_context& io_;
  identity_store& store_;
  group_commit& writer_;
  std::optional<file_handle> file_;            // while a copy is under way
  std::function<void(copied_or_fault)> told_;  // whoever waits for it
  std::thread copying_;
  std::optional<std::uint64_t> size_after_copy_;
  bool stopped_ = false;
};

}  // namespace easydkim
