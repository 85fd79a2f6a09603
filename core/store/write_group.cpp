// SPDX-License-Identifier: Apache-2.0
#include "core/store/write_group.hpp"

#include <algorithm>
#include <stdexcept>

#include "core/store/lmdb/open_store.hpp"
#include "core/store/records/big_endian.hpp"
#include "core/store/records/evidence_record.hpp"
#include "core/store/records/former_record.hpp"
#include "core/store/records/record.hpp"

namespace easydkim {
namespace {

/// LMDB copies the pages that it changes and uses the old ones again two commits later. So a few pages must
/// stay free for changes and deletions, also where 5 % are less; half of them for those that need no more
/// room than there was before.
constexpr std::uint64_t pages_for_changes = 64;

std::uint64_t pages_for_new_identities(std::uint64_t all) {
  const auto most = static_cast<std::uint64_t>(static_cast<double>(all) * new_identities_until);
  return std::min(most, all - std::min(all / 2, pages_for_changes));
}
std::uint64_t pages_for_records_that_grow(std::uint64_t all) {
  return (pages_for_new_identities(all) + all) / 2;
}

/// `changed` as it has room in the place of `stored`: without what was observed where that is longer now.
identity without_growth(identity changed, const identity& stored) {
  const auto fit = [](finding& now, const finding& before) {
    if (now.observed.size() > before.observed.size()) now.observed.clear();
  };
  for (std::size_t i = 0; i < records_per_identity; ++i) fit(changed.findings[i], stored.findings[i]);
  fit(changed.txt_finding, stored.txt_finding);
  return changed;
}

bool share_a_token(const token_set& some, const token_set& others) {
  return std::ranges::any_of(
      some, [&](const token& each) { return std::ranges::find(others, each) != others.end(); });
}

}  // namespace

struct write_group::state {
  explicit state(identity_store::state& written)
      : store{without_dead_readers(written)},
        transaction{store.environment, lmdb_transaction::access::write},
        next_id{store.tables.number(transaction, "next_id")},
        count{store.tables.number(transaction, "count")} {}

  /// `easydkimd --check-store` that was killed would keep old pages from being used again.
  static identity_store::state& without_dead_readers(identity_store::state& store) {
    store.environment.forget_dead_readers();
    return store;
  }

  /// Does `change`, unless the group is dead. A failure that LMDB survives kills the group.
  template <class Change>
  result<void> attempt(Change change) {
    if (dead) return *dead;
    try {
      change();
      changed = true;
      return {};
    } catch (const lmdb_error& failed) {
      if (failed.what_failed == lmdb_error::kind::full) return fail(errc::store_full);
      if (failed.what_failed == lmdb_error::kind::disk) return fail(errc::store_failed);
      throw broken(failed);
    }
  }

  errc fail(errc why) {
    dead = why;
    return why;
  }

  /// With what the tokens of all that is there may need when it is deleted.
  std::uint64_t promised_pages() const {
    return transaction.used_pages() + store.pages_for_former_tokens(count);
  }

  bool has_room() const { return promised_pages() < pages_for_new_identities(store.environment.pages()); }

  bool has_room_to_grow() const {
    return promised_pages() < pages_for_records_that_grow(store.environment.pages());
  }

  /// Always, but in a store that was full before such room was kept.
  bool has_room_for_former_tokens() const {
    return transaction.used_pages() + pages_for_changes / 2 < store.environment.pages();
  }

  /// What an owner, and whoever is given new tokens, has to know of them.
  void keep_tokens(const identity& gone, time_point now) {
    const bool has_tokens = gone.dkim.status != dkim_status::not_started;
    if (!store.digest || !has_tokens || !has_room_for_former_tokens()) return;
    store.tables.former.keep_tokens(transaction, store.digest, gone, now);
    if (has_room()) store.tables.former.keep_set(transaction, store.digest, gone, now);
  }

  /// The bytes of `wanted` for the place of its record; nothing when there is no room for them.
  std::optional<std::string> bytes_in_place(const identity& wanted) const {
    const auto stored = transaction.get(store.tables.records, big_endian<8>{wanted.id}.bytes());
    if (!stored) throw std::logic_error{"an identity that is not there was updated"};
    const suffix_table& suffixes = store.tables.suffixes;
    std::string bytes = encode(wanted, suffixes);
    if (bytes.size() <= stored->size() || has_room_to_grow()) return bytes;
    const identity without = without_growth(wanted, *store.tables.load(transaction, wanted.id));
    bytes = encode(without, suffixes);
    if (bytes.size() <= stored->size()) return bytes;
    const auto shorter = encode_as_before(without, suffixes);
    return shorter && shorter->size() <= stored->size() ? shorter : std::nullopt;
  }

  identity_store::state& store;
  lmdb_transaction transaction;
  std::uint64_t next_id;
  std::uint64_t count;
  bool changed = false;
  std::optional<errc> dead;  // the error that ended the group
};

write_group::write_group(identity_store& store)
    : state_{while_running([&] { return std::make_unique<state>(*store.state_); })} {}

write_group::~write_group() = default;

std::optional<identity> write_group::load(identity_id id) const {
  if (state_->dead) return std::nullopt;
  return while_running([&] { return state_->store.tables.load(state_->transaction, id); });
}

std::optional<identity> write_group::find(std::string_view account, const domain_name& domain) const {
  if (state_->dead) return std::nullopt;
  return while_running(
      [&] { return state_->store.tables.find(state_->transaction, account, domain.text()); });
}

boost::system::result<evidence, record_fault> write_group::evidence_of(identity_id id) const {
  if (state_->dead) return evidence{};
  return while_running([&] { return state_->store.tables.evidence_of(state_->transaction, id); });
}

std::optional<std::string> write_group::other_account_with(const token_set& tokens, const domain_name& domain,
                                                           std::string_view account) const {
  if (state_->dead) return std::nullopt;
  return while_running([&]() -> std::optional<std::string> {
    lmdb_cursor names{state_->transaction, state_->store.tables.names};
    for (auto entry = names.next(); entry;) {
      const std::string other{entry->key.substr(0, entry->key.find('\0'))};
      if (other != account)
        if (const auto found = state_->store.tables.find(state_->transaction, other, domain.text());
            found && found->dkim.status != dkim_status::not_started && share_a_token(found->tokens, tokens))
          return other;
      entry = names.at_or_after(other + '\1');  // behind every name of this account
    }
    return std::nullopt;
  });
}

result<identity> write_group::insert(identity fresh) {
  if (!state_->dead && !while_running([&] { return state_->has_room(); }))
    return state_->fail(errc::store_full);
  fresh.id = state_->next_id;
  const auto written = state_->attempt([&] {
    const big_endian<8> id{fresh.id};
    const std::string name = store_tables::name_key(fresh.account, fresh.domain.text());
    if (!state_->transaction.put_new(state_->store.tables.names, name, id.bytes()))
      throw std::logic_error{"an identity was inserted twice"};
    state_->transaction.append(state_->store.tables.records, id.bytes(), encode(fresh, state_->store.tables.suffixes));
    ++state_->next_id;
    ++state_->count;
  });
  if (!written) return written.error();
  return fresh;
}

result<void> write_group::update(const identity& changed) {
  if (state_->dead) return *state_->dead;
  const auto bytes = while_running([&] { return state_->bytes_in_place(changed); });
  if (!bytes) return state_->fail(errc::store_full);
  return state_->attempt([&] {
    state_->transaction.put(state_->store.tables.records, big_endian<8>{changed.id}.bytes(), *bytes);
  });
}

result<void> write_group::keep_evidence(identity_id id, const evidence& kept) {
  const big_endian<8> key{id};
  if (!state_->dead && !while_running([&] {
        return state_->has_room() &&
               state_->transaction.get(state_->store.tables.records, key.bytes()).has_value();
      }))
    return {};
  return state_->attempt(
      [&] { state_->transaction.put(state_->store.tables.evidence, key.bytes(), encode(kept)); });
}

result<void> write_group::erase(const identity& gone, time_point now) {
  return state_->attempt([&] {
    const std::string name = store_tables::name_key(gone.account, gone.domain.text());
    const big_endian<8> id{gone.id};
    state_->transaction.erase(state_->store.tables.evidence, id.bytes());
    if (!state_->transaction.erase(state_->store.tables.records, id.bytes()) ||
        !state_->transaction.erase(state_->store.tables.names, name))
      throw std::logic_error{"an identity that is not there was erased"};
    --state_->count;
    state_->keep_tokens(gone, now);
  });
}

former_use write_group::use_of(const token_set& tokens, std::string_view account) const {
  const store_digest& digest = state_->store.digest;
  if (state_->dead || !digest) return former_use::none;
  return while_running(
      [&] { return state_->store.tables.former.use_of(state_->transaction, digest, tokens, account); });
}

bool write_group::has_changes() const noexcept {
  return state_->changed;
}

result<void> write_group::commit() {
  if (!state_->dead && !state_->changed) return {};
  state_->store.must_be_in_place();
  return state_->attempt([&] {
    state_->store.tables.set_number(state_->transaction, "next_id", state_->next_id);
    state_->store.tables.set_number(state_->transaction, "count", state_->count);
    state_->store.tables.set_number(state_->transaction, "format", store_tables::format);
    state_->store.environment.keep_room_ahead();
    state_->transaction.commit();
  });
}

}  // namespace easydkim
