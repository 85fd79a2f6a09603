// SPDX-License-Identifier: Apache-2.0
// A copy of the store under way, into a file that somebody else opened.
//
// Problem: LMDB writes its first pages while it holds the lock that every change needs; and whoever writes to a
// disk that stands still (NFS, FUSE, a disk that fails) waits for it, which not even the end of his process
// interrupts.
// Choice: LMDB writes into one of a pair of sockets of ours, which takes its first pages at once. A process of
// its own moves the octets from the other one into the file. When the copy is given up, LMDB's next write
// fails, and the process has nothing more to move, empties the file and ends; where it cannot, it is left
// behind: it has nothing of the daemon but this file. Cost: a process, and the octets are copied once more.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <boost/system/result.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "posix/file_handle.hpp"

namespace easydkim {

class store_copy {
 public:
  /// Starts the process, and closes `into` here. Throws std::system_error where there is no process, no memory
  /// or no descriptor for it.
  explicit store_copy(file_handle into);

  /// Gives up what is not done; does not wait.
  ~store_copy();
  store_copy(const store_copy&) = delete;
  store_copy& operator=(const store_copy&) = delete;

  /// What LMDB writes into; writing waits.
  int number() const noexcept { return ours_->number(); }

  /// Octets that the disk has taken, and steps of making them durable: what stays the same stands still.
  std::uint64_t progress() const noexcept;

  enum class wrote : std::uint8_t { all, not_all };

  /// Waits until all of it is on the disk, or the process has ended, or, once it is given up, for a moment.
  /// The octets of the file; or why it has not all, empty when it was given up. By the thread that wrote.
  boost::system::result<std::uint64_t, std::string> finish(wrote how);

  /// From another thread: nothing more is written.
  void give_up() noexcept;

 private:
  struct board;  // in memory that both processes have

  static std::vector<::pid_t>& movers_left();

  board* shared_ = nullptr;
  std::optional<file_handle> ours_;
  ::pid_t mover_ = -1;
  std::atomic<bool> given_up_ = false;
};

}  // namespace easydkim
