// SPDX-License-Identifier: Apache-2.0
// A group of changes to the store: one LMDB write transaction takes the changes of many callers, and one
// commit (two flushes) makes them durable.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/diagnosis/evidence.hpp"
#include "core/error.hpp"
#include "core/former_token_set.hpp"
#include "core/identity.hpp"
#include "core/store/records/record.hpp"

namespace easydkim {

class identity_store;

/// Nothing of it is visible to readers, or on disk, before `commit`. One at a time, on the store thread; may
/// run while another thread reads from the store.
class write_group {
 public:
  /// Throws `store_broken` when LMDB can write no more.
  explicit write_group(identity_store& store);
  ~write_group();  // without commit: nothing happened
  write_group(const write_group&) = delete;
  write_group& operator=(const write_group&) = delete;

  /// As the group has left it so far. A dead group (see `commit`) finds nothing.
  std::optional<identity> load(identity_id id) const;
  std::optional<identity> find(std::string_view account, const domain_name& domain) const;

  boost::system::result<evidence, record_fault> evidence_of(identity_id id) const;

  /// The account, other than `account`, under which `domain` has one of `tokens`; nothing when there is
  /// none.
  std::optional<std::string> other_account_with(const token_set& tokens, const domain_name& domain,
                                                std::string_view account) const;

  /// Adds `fresh`, whose id is ignored, under the next free id, and returns it with that id.
  /// Precondition: `find(account, domain)` is empty. Error: `store_full`, `store_failed`.
  result<identity> insert(identity fresh);

  /// Replaces the record of `changed.id`, which must be there and keep its account and domain. Where the
  /// store is nearly full, no record grows: of what was observed a longer text is dropped. Error:
  /// `store_full` (for a TXT proof that is new then), `store_failed`.
  result<void> update(const identity& changed);

  /// Replaces the evidence of `id`. Where there is no room for new identities, or no such identity, it is
  /// not kept, and that is no error. Error: `store_full`, `store_failed`.
  result<void> keep_evidence(identity_id id, const evidence& kept);

  /// Removes an identity that is there, and its evidence, and keeps its tokens as former ones. Its id is not
  /// given again. Error: `store_full`, `store_failed`.
  result<void> erase(const identity& gone, time_point now);

  /// Whether one of these tokens was of a deleted identity.
  former_use use_of(const token_set& tokens, std::string_view account) const;

  /// Makes all of it durable (two flushes; none when nothing changed), or none. After an error of this or
  /// of any call above, the group is dead: every further change and `commit` give that error. Not called
  /// again after it worked. Error: `store_full`, `store_failed`. Throws `store_broken`, also as
  /// `must_be_in_place` does.
  result<void> commit();

  /// Whether there is anything for `commit` to make durable.
  bool has_changes() const noexcept;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace easydkim
