// SPDX-License-Identifier: Apache-2.0
// LMDB as objects: an environment, its transactions, a cursor. The only code that calls mdb_*.
//
// LMDB is opened with its default sync flags: a commit that returned is on the disk (data flushed, then the
// meta page). MDB_NOTLS, so that a read transaction belongs to its object and not to its thread.
// Bytes are `std::string_view`s; what `get` and a cursor show lies in the map, and is valid until the
// transaction ends, is reset, or writes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string_view>

struct MDB_env;
struct MDB_txn;
struct MDB_cursor;

namespace easydkim {

/// An mdb_* call that did not work. `what()` is LMDB's text, or that of errno.
struct lmdb_error : std::runtime_error {
  enum class kind : std::uint8_t {
    full,   // no room below the environment's size (MDB_MAP_FULL)
    disk,   // the operating system refused: no space, I/O error, no permission
    panic,  // this environment can write no more (MDB_PANIC)
    other,  // damaged data or wrong use
  };
  explicit lmdb_error(int number);
  kind what_failed;
  int code;  // an errno when the operating system refused, else LMDB's
};

/// A table (a named LMDB database). Valid as long as its environment.
struct lmdb_table {
  unsigned handle = 0;
};

class lmdb_environment {
 public:
  enum class access : std::uint8_t {
    write,       // and read; one process at a time, which the caller sees to
    read,        // while another process may write; needs that one's lock.mdb
    read_alone,  // a file that nobody writes: takes no lock and makes no file
  };
  struct settings {
    std::filesystem::path where;  // the directory of data.mdb and lock.mdb; `read_alone`: the data file
    std::uint64_t size = 0;       // the largest that data.mdb may grow; more when it is larger already;
                                  // 0: as it was written last
    unsigned tables = 0;          // how many will be opened at most
    access wanted = access::write;
  };
  /// Throws `lmdb_error`. Precondition: no other environment of this process has the same directory.
  explicit lmdb_environment(const settings& chosen);
  ~lmdb_environment();
  lmdb_environment(const lmdb_environment&) = delete;
  lmdb_environment& operator=(const lmdb_environment&) = delete;

  std::uint64_t page_size() const noexcept { return page_size_; }
  std::uint64_t pages() const noexcept { return pages_; }  // that fit into the size
  std::uint64_t file_pages() const;                        // that were ever used

  /// Preallocates room for new pages at the end of the file: zeros behind the last page that was ever used.
  /// A commit that makes the file longer costs a journalling file system more than one that does not. Does
  /// nothing where the disk takes no more. By the thread that writes. The room is given back at the end.
  void keep_room_ahead();

  /// Changes the size; never below what is used. Precondition: no transaction is open in this process (one
  /// that is reset does not count), and no other thread calls anything of this environment meanwhile. False,
  /// and nothing changed, when the address space does not take so much. Throws `lmdb_error`; nothing may be
  /// called after that.
  bool resize(std::uint64_t size);

  /// Whether the file that is open is still the one called `name`: not where it was removed or replaced.
  bool is_at(const std::filesystem::path& name) const noexcept;

  enum class layout : std::uint8_t {
    as_it_is,  // page by page, free ones included; the fastest
    compact,   // without free pages, and in order
  };
  /// Writes the newest snapshot into `file`, from where it stands; the first two pages while nobody may write
  /// to the store, so it must take these at once. Any thread may call it, while others read
  /// and write; old pages are not used again until it is done. Not synced. Throws `lmdb_error`.
  void copy(int file, layout chosen) const;

  /// Gives up the snapshots of other processes that ended in the middle of reading: these would keep old
  /// pages from being used again. Cheap when there are none.
  void forget_dead_readers();

 private:
  friend class lmdb_transaction;
  void note_size();

  struct file_length {
    int number;           // its descriptor
    std::uint64_t used;   // by pages, in octets
    std::uint64_t whole;  // with what is behind them
  };
  std::optional<file_length> length() const;

  const bool writes_;
  bool commit_failed_ = false;
  MDB_env* handle_ = nullptr;
  std::uint64_t page_size_ = 0;
  std::uint64_t pages_ = 0;
};

/// A snapshot to read from, or the one transaction that writes. Used by one thread at a time; one that
/// writes by one thread only. All calls throw `lmdb_error`. Destroyed without `commit`, nothing happened.
class lmdb_transaction {
 public:
  enum class access : std::uint8_t { read, write };
  lmdb_transaction(lmdb_environment& environment, access wanted);
  ~lmdb_transaction();
  lmdb_transaction(const lmdb_transaction&) = delete;
  lmdb_transaction& operator=(const lmdb_transaction&) = delete;

  /// Opens table `name`, which must be there; or when it is there; or makes it. Others may use it once this
  /// is committed.
  lmdb_table open(const char* name);
  std::optional<lmdb_table> open_if_there(const char* name);
  lmdb_table create(const char* name);

  /// The number of the snapshot, as the head of the file has it.
  std::uint64_t number() const noexcept;

  std::optional<std::string_view> get(lmdb_table table, std::string_view key) const;
  std::uint64_t entries(lmdb_table table) const;

  /// Pages that hold something, as this transaction sees it; what is on the free list does not count. Adds
  /// up counters, so it is cheap however large the environment is.
  std::uint64_t used_pages() const;

  void put(lmdb_table table, std::string_view key, std::string_view value);

  /// Like `put`, but false and no change when `key` is there.
  bool put_new(lmdb_table table, std::string_view key, std::string_view value);

  /// Like `put`, for a key greater than every other: fills pages to the brim.
  void append(lmdb_table table, std::string_view key, std::string_view value);

  /// False when `key` is not there.
  bool erase(lmdb_table table, std::string_view key);

  /// Ends the transaction, whether it works or throws.
  void commit();

  /// Gives up the snapshot of a transaction that reads, and takes the newest one. Cheap; no allocation.
  void reset() noexcept;
  void renew();

 private:
  friend class lmdb_cursor;
  int put(lmdb_table table, std::string_view key, std::string_view value, unsigned flags);
  lmdb_environment& environment_;
  MDB_txn* handle_ = nullptr;
};

/// Holds the newest snapshot in a transaction that reads, for the length of a scope.
class lmdb_snapshot {
 public:
  explicit lmdb_snapshot(lmdb_transaction& held) : held_{held} { held_.renew(); }
  ~lmdb_snapshot() { held_.reset(); }
  lmdb_snapshot(const lmdb_snapshot&) = delete;
  lmdb_snapshot& operator=(const lmdb_snapshot&) = delete;

 private:
  lmdb_transaction& held_;
};

/// Walks a table in order of key. Must not outlive its transaction.
class lmdb_cursor {
 public:
  struct entry {
    std::string_view key;
    std::string_view value;
  };
  lmdb_cursor(const lmdb_transaction& within, lmdb_table table);
  ~lmdb_cursor();
  lmdb_cursor(const lmdb_cursor&) = delete;
  lmdb_cursor& operator=(const lmdb_cursor&) = delete;

  /// The entry with the least key that is `key` or greater; nothing at the end.
  std::optional<entry> at_or_after(std::string_view key);

  /// The entry behind the last one; at first the first one; nothing at the end.
  std::optional<entry> next();

 private:
  MDB_cursor* handle_ = nullptr;
};

}  // namespace easydkim
