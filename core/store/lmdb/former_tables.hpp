// SPDX-License-Identifier: Apache-2.0
// The tables of tokens that deleted identities had.
//
// Problem: an owner who publishes the records of before has to be told which they are; and a token whose
// records an owner left behind must never prove the domain to somebody else, for as long as there are records.
// Choice: the sets of a domain for a year, which are dropped where there is no room for them; each token for
// ever, of which three short entries stay. The room for these is kept from the issue on (write_group.cpp), so
// that in a full store everything can be deleted. Cost: about 150 octets for each identity that is or was.
#pragma once

#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "core/identity.hpp"
#include "core/store/lmdb/lmdb.hpp"
#include "core/store/records/former_record.hpp"

namespace easydkim {

/// All calls throw `lmdb_error`.
class former_tables {
 public:
  /// In octets, for the tokens of an identity when it is deleted; pages that take entries in no order are
  /// half empty at the worst.
  static constexpr std::uint64_t room_of_an_identity = 256;

  static void create(lmdb_transaction& within);

  /// Opens them; in a store of before there are none, and nothing is found in them.
  explicit former_tables(lmdb_transaction& within);

  /// Keeps the tokens of an identity that is deleted now, for ever.
  void keep_tokens(lmdb_transaction& within, const store_digest& digest, const identity& gone,
                   time_point now) const;

  /// Keeps them as a set of its domain, too. An entry beside it whose time is over goes.
  void keep_set(lmdb_transaction& within, const store_digest& digest, const identity& gone,
                time_point now) const;

  /// The sets of an account's domain that were deleted within `former_sets_last`, the latest first. An entry
  /// that is damaged tells nothing.
  std::vector<former_token_set> sets_of(const lmdb_transaction& within, const std::string& key,
                                        time_point now) const;

  /// The first use that is not `none` of these tokens; what is damaged counts as another account's.
  former_use use_of(const lmdb_transaction& within, const store_digest& digest, const token_set& tokens,
                    std::string_view account) const;

  std::uint64_t tokens(const lmdb_transaction& within) const;

  /// Tells of each entry that is not as it was written, to stand in brackets.
  void check(const lmdb_transaction& within, const std::function<void(const std::string&)>& damaged) const;

 private:
  std::optional<lmdb_table> sets_;
  std::optional<lmdb_table> tokens_;
};

}  // namespace easydkim
