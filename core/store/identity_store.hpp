// Identities on disk: LMDB with its default sync flags, so that what was acknowledged survives a power cut.
//
// Two kinds of access, for two threads (see daemon/group_commit):
//   reading  load, find, list, each, usage: short read transactions, opened and closed inside the call, so a
//   slow
//            client never pins pages. One thread at a time: the I/O thread.
//   writing  a `write_group`: one LMDB write transaction that takes the changes of many callers and is made
//            durable by one fsync. One at a time: the store thread. May run while the other thread reads.
//
// Files in the directory: data.mdb and lock.mdb (LMDB's), `easydkimd.lock` (held while a daemon runs, holds
// its pid), `in-use` (written once data.mdb is complete; where it stands without a data.mdb, data was lost).
//
// Tables: `records` id (8 octets, big-endian) -> record.hpp's bytes;  `names` account NUL domain -> id;
// `meta` "format", "next_id", "count". The counts are written with every group, so that identities that went
// missing are noticed at the start.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "core/identity.hpp"

namespace easydkim {

/// The store cannot be used at all: locked by another daemon, damaged, truncated, not readable. `what()` is
/// one sentence with the file's name and what to do. Ends the start of the daemon.
struct store_unusable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// LMDB can no longer write in this process (MDB_PANIC). The process must end and be started again.
struct store_broken : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct store_usage {
  std::uint64_t used_bytes = 0;  // pages that hold data
  std::uint64_t size_bytes = 0;  // the configured largest size
};

/// How full the store may be before new identities are refused; what is there can still change and be
/// deleted.
inline constexpr double new_identities_until = 0.95;

class identity_store {
 public:
  /// Opens the store in `directory` (made when missing, mode 0700), takes its lock, reads and checks every
  /// record. `size`: the largest that the database may grow, in bytes. Throws `store_unusable`.
  identity_store(const std::filesystem::path& directory, std::uint64_t size);
  ~identity_store();
  identity_store(const identity_store&) = delete;
  identity_store& operator=(const identity_store&) = delete;

  std::optional<identity> load(identity_id id) const;
  std::optional<identity> find(std::string_view account, const domain_name& domain) const;

  /// Up to `most` domains of `account` in order of name, beginning behind `after` (empty: at the first).
  std::vector<domain_name> list(std::string_view account, std::string_view after, std::size_t most) const;

  /// Calls `visit` with every identity, in order of id. Throws `store_unusable` at the first damaged record.
  void each(const std::function<void(const identity&)>& visit) const;

  /// Used and largest size; walks the free list, so for a status file, not for every request.
  store_usage usage() const;

  /// The changes of one transaction. Nothing of it is visible to readers, or on disk, before `commit`.
  class write_group {
   public:
    /// Throws `store_broken` when LMDB can write no more.
    explicit write_group(identity_store& store);
    ~write_group();  // without commit: nothing happened
    write_group(const write_group&) = delete;
    write_group& operator=(const write_group&) = delete;

    std::optional<identity> load(identity_id id) const;
    std::optional<identity> find(std::string_view account, const domain_name& domain) const;

    /// The account, other than `account`, under which `domain` has one of `tokens`; nothing when there is
    /// none.
    std::optional<std::string> other_account_with(const token_set& tokens, const domain_name& domain,
                                                  std::string_view account) const;

    /// Adds `fresh`, whose id is ignored, under the next free id, and returns it with that id.
    /// Precondition: `find(account, domain)` is empty. Error: `store_full`, `store_failed`.
    result<identity> insert(identity fresh);

    /// Replaces the record of `changed.id`, which must be there. Error: `store_full`, `store_failed`.
    result<void> update(const identity& changed);

    /// Removes an identity that is there. Its id and tokens are not given again. Error: `store_failed`.
    result<void> erase(const identity& gone);

    /// Makes all of it durable (two flushes), or none. After an error of this or of any call above, the group
    /// is dead: every further call gives that error. Error: `store_full`, `store_failed`. Throws
    /// `store_broken`.
    result<void> commit();

   private:
    struct state;
    std::unique_ptr<state> state_;
  };

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace easydkim
