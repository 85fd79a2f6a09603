// SPDX-License-Identifier: Apache-2.0
// Checks the pages of data.mdb before LMDB maps it.
//
// Problem: LMDB trusts its file. A file that was cut off opens without an error and ends the process with
// SIGBUS at the first page behind its end; overwritten pages read as "not found", or lead outside the map.
// Choice: walk every page that the newest meta page leads to with pread, and check each address, offset and
// length before following it, and the order of the keys, so that what LMDB does afterwards stays inside the
// file, and a search finds what a walk meets. Cost: one read of the used pages at the start, and knowing
// LMDB's pages (data version 1 of lmdb 0.9, mdb.c: MDB_meta, MDB_page, MDB_node), in the word size and byte
// order of this machine, as LMDB itself has it.
//
// What lies in the tables is not checked here; identity_store decodes it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace easydkim {

/// The head of the snapshot is gone already: take a newer one and try again.
struct snapshot_overtaken {};

/// What was looked through.
struct checked_pages {
  std::uint64_t in_use = 0;
  std::uint64_t page_size = 0;  // octets
};

/// Throws `store_unusable` when `file` is not a whole LMDB data file of our kind (no duplicate keys). Reads
/// only.
/// `snapshot`: nothing, when nobody writes to the file meanwhile; else the number of the snapshot that the
/// caller holds open, whose pages no writer uses again. Throws `snapshot_overtaken`.
checked_pages check_pages(const std::filesystem::path& file,
                          std::optional<std::uint64_t> snapshot = std::nullopt);

}  // namespace easydkim
