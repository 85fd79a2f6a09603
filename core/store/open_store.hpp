// A store that is open: what reading (identity_store.cpp) and writing (write_group.cpp) share. For these
// alone.
#pragma once

#include <exception>
#include <filesystem>
#include <utility>

#include "core/store/identity_store.hpp"
#include "core/store/lmdb.hpp"
#include "core/store/store_directory.hpp"
#include "core/store/store_tables.hpp"

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
  state(const std::filesystem::path& where, std::uint64_t size, std::uint64_t check_up_to);

  /// Calls `read` with the newest snapshot.
  template <class Read>
  auto reading(Read read) {
    return while_running([&] {
      const lmdb_snapshot held{newest};
      return read(std::as_const(newest));
    });
  }

  store_directory directory;
  lmdb_environment environment;
  bool is_checked = false;  // set while the tables are opened
  store_tables tables;
  lmdb_transaction newest;  // reset while nobody reads, so that it pins no pages
};

}  // namespace easydkim
