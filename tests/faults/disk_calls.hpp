// SPDX-License-Identifier: Apache-2.0
// What this process does to files, call by call, and whether it comes to its end.
//
// Linked into a program, takes the place of libc's pwrite, writev, write, fdatasync, fsync and ftruncate, by
// which LMDB and the store write. While nobody watches, each call is the kernel's.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace easydkim::tests {

struct disk_call {
  enum class kind : std::uint8_t {
    write,     // pages, a head, a text
    sync,      // fsync, fdatasync
    truncate,  // to the size `at`
  };
  kind what;
  std::string file;       // its path
  std::uint64_t at = 0;   // where it begins
  std::string content{};  // of a write
  bool durable = false;   // of a write: on a descriptor that syncs (O_DSYNC)
};

/// How a call ends.
enum class disk_fate : std::uint8_t {
  done,
  killed,         // the process ends before it
  killed_torn,    // the process ends when half of it is written
  killed_after,   // the process ends when it is done
  io_error,       // EIO, and nothing happened
  io_error_torn,  // half of it is written, then EIO
  no_space,       // ENOSPC, and nothing happened
  no_space_torn,  // half of it is written, as of a disk that becomes full
};

/// Decides over calls on the files of one directory, from construction to destruction. One at a time; the
/// function is called on the thread that writes.
class disk_watch {
 public:
  using decision = std::function<disk_fate(const disk_call&)>;
  disk_watch(std::string directory, decision decide);
  ~disk_watch();
  disk_watch(const disk_watch&) = delete;
  disk_watch& operator=(const disk_watch&) = delete;
};

/// A decision that lets `before` calls pass and gives `fate` to the next one; the rest pass, too, unless the
/// disk stays ill.
enum class afterwards { well, ill };
disk_watch::decision at_call(std::uint64_t before, disk_fate fate, afterwards then = afterwards::well);

}  // namespace easydkim::tests
