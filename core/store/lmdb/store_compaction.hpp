// SPDX-License-Identifier: Apache-2.0
// Shrinks the database of a stopped daemon to what it holds.
//
// Problem: LMDB's file never shrinks; what was deleted leaves free pages, which only new data fills.
// Choice: a copy without the free pages beside it, checked as a whole, which then takes its place by one
// rename. Whatever happens before that leaves the old one. Cost: room on the disk for both.
#pragma once

#include <cstdint>
#include <filesystem>

namespace easydkim {

struct store_compaction {
  std::uint64_t bytes_before = 0;  // of data.mdb
  std::uint64_t bytes_after = 0;
  std::uint64_t identities = 0;
};

/// Throws `store_unusable`, also when a daemon runs, when the database is damaged (nothing was changed then),
/// or when it belongs to another user, who could not open the new one.
store_compaction compact_store(const std::filesystem::path& directory);

}  // namespace easydkim
