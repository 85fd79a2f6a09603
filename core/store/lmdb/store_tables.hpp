// SPDX-License-Identifier: Apache-2.0
// The tables of a store: what lies in them, and how to find it.
//
//   records   id, 8 octets big-endian -> the bytes of record.hpp
//   names     account NUL domain -> id, 8 octets big-endian
//   meta      "format", "next_id", "count" -> 8 octets big-endian each
//   evidence  id, 8 octets big-endian -> the bytes of evidence_record.hpp; not of every identity
//   suffixes  number, 2 octets big-endian -> a target suffix that identities were issued with
//   former_sets, former_tokens  what deleted identities had: former_record.hpp
//
// `format` says what a store ever held: 1 identities, 2 also TXT proofs (record version 2), 3 also evidence,
// whose values may fill pages of their own, and findings of authoritative polling, 4 records with all times
// (record versions 3 and 4), 5 records with a suffix, since when a majority has them, and their first miss
// (record versions 5 and 6), and former tokens. What is written is of the newest; the others are read. So an
// earlier easydkimd opens what it can read and refuses the rest by name. `count` is the number of identities,
// written in the transaction that changes it, so that identities that went missing are noticed at the start.
//
// A store without all tables gets them at the start, and keeps in `meta` the number "suffix_of_before" of the
// suffix that its records of before were issued with. What is damaged in `evidence` is dropped
// (identity_store.hpp), for checks make it again.
#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "core/identity.hpp"
#include "core/store/lmdb/former_tables.hpp"
#include "core/store/lmdb/lmdb.hpp"
#include "core/store/records/evidence_record.hpp"
#include "core/store/records/record.hpp"

namespace easydkim {

/// An entry that is not as it was written. `what()` names it, to stand in brackets.
struct damaged_entry : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The tables. What reads throws `lmdb_error` and `damaged_entry`.
class store_tables {
 public:
  static constexpr unsigned count = 7;
  static constexpr std::uint64_t first_format = 1;
  static constexpr std::uint64_t format = 5;

  /// Makes them, empty.
  static void create(lmdb_transaction& within);

  /// The number "format" of the store in `file`, which may lack tables of ours. Throws `store_unusable` when
  /// it is none that can be read here.
  static std::uint64_t known_format_of(lmdb_transaction& within, const std::filesystem::path& file);

  /// Adds the tables that stores of before lack, and `suffix`, unless it is empty or there already.
  static void complete(lmdb_transaction& within, std::string_view suffix);

  /// Opens those that are there.
  explicit store_tables(lmdb_transaction& within);

  /// Reads all identities: each record whole and found under its id and its name, and none missing. Tells
  /// `damaged` of each entry that is not so, which may throw, and `whole` of all others. Precondition: the
  /// number "format" is one from `first_format` to `format`.
  struct findings {
    std::function<void(const identity&)> whole;
    std::function<void(const damaged_entry&)> damaged;
  };
  void check(const lmdb_transaction& within, const findings& report) const;

  /// The same, read once in order and without a search for each, which takes most of the time. Precondition:
  /// keys are in order (page_check.hpp), so that a search finds what is there. Throws at the first that is
  /// damaged. False when it was told to stop before the end.
  bool check_in_order(const lmdb_transaction& within, const std::stop_token& stop) const;

  /// Throws when there are more or fewer records or names than identities. Cheap: compares counters.
  void check_counts(const lmdb_transaction& within) const;

  /// The same for all evidence. Returns how much there is.
  std::uint64_t check_evidence(const lmdb_transaction& within,
                               const std::function<void(const damaged_entry&)>& damaged) const;

  /// The keys of evidence whose identity is gone.
  std::vector<std::string> stray_evidence(const lmdb_transaction& within) const;

  std::optional<identity> load(const lmdb_transaction& within, identity_id id) const;
  std::optional<identity> find(const lmdb_transaction& within, std::string_view account,
                               std::string_view domain) const;

  /// Empty when nothing is kept.
  boost::system::result<easydkim::evidence, record_fault> evidence_of(const lmdb_transaction& within,
                                                                      identity_id id) const;

  /// The identity, or its summary (see `decode_summary`), in an entry of `records`.
  identity identity_in(const lmdb_cursor::entry& record) const;
  identity_summary summary_in(const lmdb_cursor::entry& record) const;

  /// A key of `names`.
  static std::string name_key(std::string_view account, std::string_view domain);

  /// A number in `meta`.
  std::uint64_t number(const lmdb_transaction& within, std::string_view name) const;
  void set_number(lmdb_transaction& within, std::string_view name, std::uint64_t value) const;

  const lmdb_table records;
  const lmdb_table names;
  const lmdb_table meta;
  const std::optional<lmdb_table> evidence_there;  // not in a store of before evidence
  const lmdb_table evidence;                       // only where it is there
  const former_tables former;
  const suffix_table suffixes;  // as they were when the tables were opened
};

}  // namespace easydkim
