// SPDX-License-Identifier: Apache-2.0
// The directory of a store: one daemon at a time, and lost data is always noticed.
//
//   easydkimd.lock  held (flock) while a daemon runs, with its pid inside; never removed
//   data.mdb        made whole in `creating` and then renamed, so that it is there entirely or not at all
//   in-use          written once data.mdb is whole; where it stands without a data.mdb, data was lost
//   lock.mdb        LMDB's table of readers; worth nothing while no daemon runs
#pragma once

#include <filesystem>
#include <functional>

#include "posix/file_handle.hpp"

namespace easydkim {

/// Holds the lock from construction to destruction. All calls throw `store_unusable`.
class store_directory {
 public:
  /// Makes the directory when missing, mode 0700, takes its lock, and removes what an interrupted `create`
  /// has left.
  explicit store_directory(std::filesystem::path path);

  const std::filesystem::path& path() const noexcept { return path_; }
  std::filesystem::path data_file() const { return path_ / "data.mdb"; }

  /// Whether this is the first start. Refuses where `in-use` says that there was data, but none is there.
  bool is_new() const;

  /// Puts a data.mdb in place that `make` has written, whole and synced, into the directory it is given; at
  /// the first start, or instead of the one that is there.
  void create(const std::function<void(const std::filesystem::path& directory)>& make) const;

  /// Refuses data.mdb and lock.mdb that this process may not read and write.
  void check_access() const;

  /// Says from now on that there is data here that must not be missing.
  void mark_in_use() const;

 private:
  file_handle lock() const;
  std::filesystem::path workshop() const { return path_ / "creating"; }

  std::filesystem::path path_;
  file_handle lock_;
};

}  // namespace easydkim
