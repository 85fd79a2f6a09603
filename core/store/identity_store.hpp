// SPDX-License-Identifier: Apache-2.0
// Identities on disk: LMDB with its default sync flags, so that what was acknowledged survives a power cut.
//
// Two kinds of access, for two threads (daemon/storage/group_commit.hpp):
//   reading  load, find, list, each, usage: snapshots that are taken and given up inside the call, so that a
//            slow client never pins pages. One thread at a time: the I/O thread.
//   writing  a `write_group` (write_group.hpp). One at a time: the store thread. May run while the other
//            thread reads.
// And beside both, on any thread: `copy_to`.
//
// What can go wrong at the start is in store_directory.hpp (lock, lost data) and page_check.hpp (damage); the
// tables are in store_tables.hpp, their values in record.hpp.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "core/diagnosis/evidence.hpp"
#include "core/error.hpp"
#include "core/former_token_set.hpp"
#include "core/identity.hpp"
#include "core/identity_summary.hpp"
#include "core/store/records/former_record.hpp"
#include "core/store/records/record.hpp"
#include "core/store/store_error.hpp"

namespace easydkim {

struct store_usage {
  std::uint64_t used_bytes = 0;  // pages that hold data, or are kept for tokens of what will be deleted
  std::uint64_t file_bytes = 0;  // of data.mdb: those, and pages that are free to be used again
  std::uint64_t size_bytes = 0;  // the configured largest size
};

enum class store_layout : std::uint8_t {
  as_it_is,  // with the pages that are free
  compact,   // without them
};

/// How full the store may be before new identities are refused; what is there can still change and be
/// deleted. (In a very small store the room kept for that is more, 32 pages.)
inline constexpr double new_identities_until = 0.95;

struct store_options {
  /// As many identities as are read in a moment, about 0.1 s.
  static constexpr std::uint64_t read_in_a_moment = 100'000;

  std::filesystem::path directory;  // made when missing, mode 0700
  std::uint64_t size = 0;           // the largest that the database may grow, in octets
  std::uint64_t check_up_to = read_in_a_moment;  // identities that are all read when it is opened
  std::string target_suffix;  // of identities to come, and of those that were written without one; may be empty
  store_digest digest;        // SHA-256; without it former tokens are not kept
};

/// A store of an earlier format, which the next change makes one of the newest.
struct store_upgrade {
  std::uint64_t from = 0;      // its format
  std::uint64_t to = 0;        // the newest
  std::filesystem::path copy;  // of its data.mdb as it was; empty when there is none
  std::string fault;           // why not
};

class write_group;

class identity_store {
 public:
  /// Opens the store, takes its lock and checks all pages, and all records when there are not too many:
  /// otherwise `check` is to be called. One of an earlier format is copied beside itself. Throws
  /// `store_unusable`.
  explicit identity_store(const store_options& chosen);

  /// The same without a suffix and without former tokens.
  identity_store(const std::filesystem::path& directory, std::uint64_t size,
                 std::uint64_t check_up_to = store_options::read_in_a_moment);
  ~identity_store();
  identity_store(const identity_store&) = delete;
  identity_store& operator=(const identity_store&) = delete;

  /// How many identities there are.
  std::uint64_t count() const;

  /// Nothing for a store that was of the newest format when it was opened.
  const std::optional<store_upgrade>& upgrade() const noexcept;

  /// Whether all records were checked when it was opened.
  bool is_checked() const noexcept;

  /// Reads all records, whole and each found by its name, and none missing: 0.5 us each. On any thread, while
  /// others read and write; pages that become free are not used again meanwhile. Throws `store_unusable` at
  /// the first that is damaged, `store_broken` when the disk has failed. False: stopped before the end.
  bool check(const std::stop_token& stop) const;

  /// Reading throws `store_broken` when a record is not as it was written.
  std::optional<identity> load(identity_id id) const;
  std::optional<identity> find(std::string_view account, const domain_name& domain) const;

  /// What is kept of how `id` was seen; empty when nothing is. Error: what is kept cannot be read; it tells
  /// nothing, stops nobody, and goes with the next `keep_evidence`.
  boost::system::result<evidence, record_fault> evidence_of(identity_id id) const;

  /// The token sets that identities of this account and domain had, which were deleted within the last year,
  /// the latest first; at most four.
  std::vector<former_token_set> former_sets(std::string_view account, const domain_name& domain,
                                            time_point now) const;

  /// Up to `most` domains of `account` in order of name, beginning behind `after` (empty: at the first).
  std::vector<domain_name> list(std::string_view account, std::string_view after, std::size_t most) const;

  /// Calls `visit`, which may read from the store, with the summary of every identity in order of id. Sees
  /// damage only where no summary can be read, which throws as `each` does.
  void each_summary(const std::function<void(const identity_summary&)>& visit) const;

  /// Calls `visit`, which may read from the store, with every identity in order of id. Throws
  /// `store_unusable` at the first damaged record, `store_broken` when the disk has failed since the start.
  void each(const std::function<void(const identity&)>& visit) const;

  /// Throws `store_broken` when the file of the store was removed or replaced, so that what is written into it
  /// would be lost. On any thread; two system calls.
  void must_be_in_place() const;

  /// Used and largest size. Cheap: adds up the counters of the tables.
  store_usage usage() const;

  /// Writes all of it, as it is now, into `file`, which then is a data.mdb by itself; not synced. Nobody can
  /// write to the store until `file` has taken the first 8 KiB. On any
  /// thread, while the others read and write. Error: the reason that the file could not be written.
  boost::system::result<void, std::string> copy_to(int file, store_layout layout) const;

  /// Changes how large the database may grow; what is used stays. Precondition: no other thread uses the
  /// store meanwhile, and no `write_group` and no `copy_to` is under way. False, and nothing changed, when
  /// the address space does not take so much. Throws `store_broken`.
  bool resize(std::uint64_t size);

 private:
  friend class write_group;
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace easydkim
