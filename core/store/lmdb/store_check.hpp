// SPDX-License-Identifier: Apache-2.0
// Checks all of a store without changing it, also while a daemon runs.
//
// Problem: a daemon writes meanwhile, LMDB trusts its file, and a damaged one can end a process.
// Choice: hold a snapshot in LMDB, whose pages no writer uses again; walk its pages by reading the file
// (page_check.hpp), and only then let LMDB read all entries. Nothing is written, and no file is made, so it
// may run as root. Cost: as long as it takes, the database grows with what is changed, as for every reader.
//
// A disk that cannot read what is mapped still ends the process with SIGBUS, so whoever calls this does it in
// a process of its own (daemon/storage/store_task.hpp).
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/identity.hpp"

namespace easydkim {

struct store_findings {
  std::filesystem::path file;
  std::uint64_t format = 0;
  std::uint64_t identities = 0;  // that are whole
  std::map<dkim_status, std::uint64_t> with_status;
  std::uint64_t evidence = 0;
  std::uint64_t former_tokens = 0;   // of identities that were deleted
  std::uint64_t pages = 0;           // that hold something
  std::uint64_t page_size = 0;       // octets
  std::uint64_t damages = 0;         // entries that are not as they were written
  std::vector<std::string> damaged;  // the first of them, at most `most_told`

  static constexpr std::size_t most_told = 20;
};

/// `where`: the directory of a store, or a copy of its data.mdb. Throws `store_unusable` when there is none,
/// or when its pages are damaged, so that nothing in them can be trusted.
store_findings check_store(const std::filesystem::path& where);

}  // namespace easydkim
