// SPDX-License-Identifier: Apache-2.0
// A store that is open: what reading (identity_store.cpp) and writing (write_group.cpp) share. For these
// alone.
#pragma once

#include <exception>
#include <filesystem>
#include <utility>

#include "core/store/identity_store.hpp"
#include "core/store/lmdb/lmdb.hpp"
#include "core/store/lmdb/store_directory.hpp"
#include "core/store/lmdb/store_tables.hpp"

namespace easydkim {

store_broken broken(const std::exception& failed);

/// Does what worked at the start; otherwise `store_broken`.
template <class Action>
auto while_running(Action action) {
  try {
    return action();
  } catch (const lmdb_error& failed) {
    throw broken(failed);
  } catch (const damaged_entry& damaged) {
    throw broken(damaged);
  }
}

struct identity_store::state {
  /// Throws `lmdb_error`, `damaged_entry` and `store_unusable`.
  explicit state(const store_options& chosen);

  void must_be_in_place() const;

  /// That no identity may take: all that are there may be deleted. None where former tokens are not kept.
  std::uint64_t pages_for_former_tokens(std::uint64_t identities) const {
    if (!digest) return 0;
    const std::uint64_t page = environment.page_size();
    return (identities * former_tables::room_of_an_identity + page - 1) / page;
  }
  std::uint64_t pages_for_former_tokens(const lmdb_transaction& within) const {
    return pages_for_former_tokens(within.entries(tables.records));
  }

  /// Calls `read` with the newest snapshot.
  template <class Read>
  auto reading(Read read) {
    return while_running([&] {
      const lmdb_snapshot held{newest};
      return read(std::as_const(newest));
    });
  }

  store_digest digest;
  store_directory directory;
  lmdb_environment environment;
  bool is_checked = false;               // set while the tables are opened
  std::optional<store_upgrade> upgrade;  // the same
  store_tables tables;
  lmdb_transaction newest;  // reset while nobody reads, so that it pins no pages
};

}  // namespace easydkim
