// SPDX-License-Identifier: Apache-2.0
#include "core/store/lmdb/former_tables.hpp"

#include <algorithm>

namespace easydkim {
namespace {

constexpr const char* sets_name = "former_sets";
constexpr const char* tokens_name = "former_tokens";

std::string_view key_of(const token& label) {
  return {reinterpret_cast<const char*>(label.bits().data()), token::octets};
}

bool is_over(const former_token_set& each, time_point now) {
  return each.deleted_at < now - former_sets_last;
}

bool are_over(std::string_view bytes, time_point now) {
  const auto sets = decode_former_sets(bytes);
  return !sets || std::ranges::all_of(*sets, [&](const auto& each) { return is_over(each, now); });
}

}  // namespace

void former_tables::create(lmdb_transaction& within) {
  within.create(sets_name);
  within.create(tokens_name);
}

former_tables::former_tables(lmdb_transaction& within)
    : sets_{within.open_if_there(sets_name)}, tokens_{within.open_if_there(tokens_name)} {}

void former_tables::keep_tokens(lmdb_transaction& within, const store_digest& digest, const identity& gone,
                                time_point now) const {
  if (!tokens_) return;
  const former_owner owner{.account = mark_of(digest, gone.account), .deleted_at = now};
  for (const token& each : gone.tokens) within.put(*tokens_, key_of(each), encode(each, owner));
}

void former_tables::keep_set(lmdb_transaction& within, const store_digest& digest, const identity& gone,
                             time_point now) const {
  if (!sets_) return;
  const std::string key = former_sets_key(digest, gone.account, gone.domain.text());
  std::vector<former_token_set> sets = sets_of(within, key, now);
  sets.insert(sets.begin(), {.tokens = gone.tokens, .deleted_at = now});
  if (sets.size() > most_former_sets) sets.resize(most_former_sets);
  within.put(*sets_, key, encode(sets));

  std::string over;
  {
    lmdb_cursor beside{within, *sets_};
    beside.at_or_after(key);
    if (const auto next = beside.next(); next && are_over(next->value, now)) over = next->key;
  }
  if (!over.empty()) within.erase(*sets_, over);
}

std::vector<former_token_set> former_tables::sets_of(const lmdb_transaction& within, const std::string& key,
                                                     time_point now) const {
  if (!sets_) return {};
  const auto bytes = within.get(*sets_, key);
  if (!bytes) return {};
  auto sets = decode_former_sets(*bytes);
  if (!sets) return {};
  std::erase_if(*sets, [&](const former_token_set& each) { return is_over(each, now); });
  return *std::move(sets);
}

former_use former_tables::use_of(const lmdb_transaction& within, const store_digest& digest,
                                 const token_set& tokens, std::string_view account) const {
  if (!tokens_) return former_use::none;
  former_use worst = former_use::none;
  for (const token& each : tokens) {
    const auto bytes = within.get(*tokens_, key_of(each));
    if (!bytes) continue;
    const auto owner = decode_former_owner(key_of(each), *bytes);
    const bool is_own = owner && owner->account == mark_of(digest, account);
    worst = std::max(worst, is_own ? former_use::same_account : former_use::another_account);
  }
  return worst;
}

std::uint64_t former_tables::tokens(const lmdb_transaction& within) const {
  return tokens_ ? within.entries(*tokens_) : 0;
}

void former_tables::check(const lmdb_transaction& within,
                          const std::function<void(const std::string&)>& damaged) const {
  if (!sets_ || !tokens_) return;
  constexpr std::size_t octets_of_a_sets_key = 40;
  lmdb_cursor set{within, *sets_};
  while (const auto entry = set.next()) {
    const auto sets = decode_former_sets(entry->value);
    if (entry->key.size() != octets_of_a_sets_key || !sets)
      damaged("a set of former tokens " + std::string{to_string(sets ? record_fault::content : sets.error())});
  }
  lmdb_cursor former{within, *tokens_};
  while (const auto entry = former.next())
    if (const auto owner = decode_former_owner(entry->key, entry->value); !owner)
      damaged("a former token " + std::string{to_string(owner.error())});
}

}  // namespace easydkim
