// A file that somebody is writing into, and that can be taken from him.
//
// Problem: LMDB's copy cannot be told to end.
// Choice: it writes into a descriptor that is made, from one moment to the next, that of a file which takes
// no writes; so its next write fails. All that takes is opened beforehand: when descriptors run out, it can
// still be ended. Cost: the write that the kernel is in is finished, which LMDB makes 1 GiB large at most.
#pragma once

#include "core/store/file_handle.hpp"

namespace easydkim {

/// May be revoked on another thread than the one that writes.
class revocable_file {
 public:
  /// `file`: open for writing.
  explicit revocable_file(file_handle file) noexcept;

  /// False when there were no file descriptors for it.
  explicit operator bool() const noexcept { return lent_ && refuses_; }

  /// What to write into.
  int number() const noexcept { return lent_.number(); }

  /// Every write from now on fails.
  void revoke() noexcept;

  /// Leaves nothing of what was written in the file, so that it takes no space, whoever still has it.
  void clear() noexcept;

 private:
  file_handle file_;
  file_handle lent_;
  file_handle refuses_;
};

}  // namespace easydkim
