#include "core/store/identity_store.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "core/store/big_endian.hpp"
#include "core/store/lmdb.hpp"
#include "core/store/page_check.hpp"
#include "core/store/record.hpp"
#include "core/store/store_directory.hpp"
#include "core/store/store_tables.hpp"

namespace easydkim {
namespace {

namespace fs = std::filesystem;

/// Does what must work for the daemon to start; otherwise `store_unusable`.
template <class Action>
auto at_the_start(const fs::path& file, Action action) {
  try {
    return action();
  } catch (const lmdb_error& failed) {
    if (failed.what_failed == lmdb_error::kind::disk) refuse_access(file, "opened", failed.code);
    refuse_damaged(file, failed.what());
  } catch (const damaged_entry& damaged) {
    refuse_damaged(file, damaged.what());
  }
}

store_broken broken(const std::exception& failed) {
  return store_broken{"the store no longer works (" + std::string{failed.what()} +
                      "); easydkimd must be started again, and then checks all of it"};
}

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

/// LMDB copies the pages that it changes and uses the old ones again two commits later. So a few pages must
/// stay free for changes and deletions, also where 5 % are less.
constexpr std::uint64_t pages_for_changes = 32;

std::uint64_t pages_for_new_identities(std::uint64_t all) {
  const auto most = static_cast<std::uint64_t>(static_cast<double>(all) * new_identities_until);
  return std::min(most, all - std::min(all / 2, pages_for_changes));
}

/// Makes data.mdb at the first start, and checks it at every other before LMDB may map it.
lmdb_environment::settings prepared(const store_directory& directory, std::uint64_t size) {
  if (directory.is_new())
    directory.create([&](const fs::path& workshop) {
      lmdb_environment made{{.directory = workshop, .size = size, .tables = store_tables::count}};
      lmdb_transaction first{made, lmdb_transaction::access::write};
      store_tables::create(first);
      first.commit();
    });
  directory.check_access();
  check_pages(directory.data_file());
  return {.directory = directory.path(), .size = size, .tables = store_tables::count};
}

store_tables checked_tables(lmdb_environment& environment, const fs::path& file) {
  lmdb_transaction reading{environment, lmdb_transaction::access::read};
  const store_tables tables{reading};
  if (const auto format = tables.number(reading, "format");
      format < store_tables::first_format || format > store_tables::last_format)
    throw store_unusable{"'" + file.string() + "' was written by another version of easydkimd (format " +
                         std::to_string(format) + ", this one knows up to " +
                         std::to_string(store_tables::last_format) + "): start that version"};
  tables.check(reading);
  reading.commit();
  return tables;
}

bool share_a_token(const token_set& some, const token_set& others) {
  return std::ranges::any_of(
      some, [&](const token& each) { return std::ranges::find(others, each) != others.end(); });
}

domain_name domain_in(std::string_view name_key) {
  auto domain = domain_name::parse(name_key.substr(name_key.find('\0') + 1));
  if (!domain) throw damaged_entry{"a name in it is no domain"};
  return std::move(*domain);
}

}  // namespace

struct identity_store::state {
  state(const fs::path& where, std::uint64_t size)
      : directory{where},
        environment{prepared(directory, size)},
        tables{checked_tables(environment, directory.data_file())},
        newest{environment, lmdb_transaction::access::read} {
    newest.reset();
    directory.mark_in_use();
  }

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
  store_tables tables;
  lmdb_transaction newest;  // reset while nobody reads, so that it pins no pages
};

identity_store::identity_store(const fs::path& directory, std::uint64_t size)
    : state_{at_the_start(directory / "data.mdb", [&] { return std::make_unique<state>(directory, size); })} {
}

identity_store::~identity_store() = default;

std::optional<identity> identity_store::load(identity_id id) const {
  return state_->reading([&](const lmdb_transaction& newest) { return state_->tables.load(newest, id); });
}

std::optional<identity> identity_store::find(std::string_view account, const domain_name& domain) const {
  return state_->reading(
      [&](const lmdb_transaction& newest) { return state_->tables.find(newest, account, domain.text()); });
}

std::vector<domain_name> identity_store::list(std::string_view account, std::string_view after,
                                              std::size_t most) const {
  return state_->reading([&](const lmdb_transaction& newest) {
    const std::string begin = store_tables::name_key(account, "");
    const std::string behind = store_tables::name_key(account, after);
    std::vector<domain_name> domains;
    lmdb_cursor names{newest, state_->tables.names};
    for (auto entry = names.at_or_after(behind);
         entry && entry->key.starts_with(begin) && domains.size() < most; entry = names.next())
      if (entry->key != behind) domains.push_back(domain_in(entry->key));
    return domains;
  });
}

void identity_store::each(const std::function<void(const identity&)>& visit) const {
  // A transaction of its own, so that `visit` may use the store.
  at_the_start(state_->directory.data_file(), [&] {
    const lmdb_transaction reading{state_->environment, lmdb_transaction::access::read};
    lmdb_cursor records{reading, state_->tables.records};
    while (const auto record = records.next()) visit(store_tables::identity_in(*record));
  });
}

store_usage identity_store::usage() const {
  return state_->reading([&](const lmdb_transaction& newest) {
    const std::uint64_t page = state_->environment.page_size();
    return store_usage{.used_bytes = newest.used_pages() * page,
                       .size_bytes = state_->environment.pages() * page};
  });
}

struct identity_store::write_group::state {
  explicit state(identity_store::state& written)
      : store{written},
        transaction{store.environment, lmdb_transaction::access::write},
        next_id{store.tables.number(transaction, "next_id")},
        count{store.tables.number(transaction, "count")},
        format{store.tables.number(transaction, "format")} {}

  /// Does `change`, unless the group is dead. A failure that LMDB survives kills the group.
  template <class Change>
  result<void> attempt(Change change) {
    if (dead) return *dead;
    try {
      change();
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

  /// The bytes to write for `subject`.
  std::string bytes_of(const identity& subject) {
    format = std::max<std::uint64_t>(format, record_version(subject));
    return encode(subject);
  }

  bool has_room() const {
    return transaction.used_pages() < pages_for_new_identities(store.environment.pages());
  }

  identity_store::state& store;
  lmdb_transaction transaction;
  std::uint64_t next_id;
  std::uint64_t count;
  std::uint64_t format;
  std::optional<errc> dead;  // why nothing of the group will be
};

identity_store::write_group::write_group(identity_store& store)
    : state_{while_running([&] { return std::make_unique<state>(*store.state_); })} {}

identity_store::write_group::~write_group() = default;

std::optional<identity> identity_store::write_group::load(identity_id id) const {
  if (state_->dead) return std::nullopt;
  return while_running([&] { return state_->store.tables.load(state_->transaction, id); });
}

std::optional<identity> identity_store::write_group::find(std::string_view account,
                                                          const domain_name& domain) const {
  if (state_->dead) return std::nullopt;
  return while_running(
      [&] { return state_->store.tables.find(state_->transaction, account, domain.text()); });
}

std::optional<std::string> identity_store::write_group::other_account_with(const token_set& tokens,
                                                                           const domain_name& domain,
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

result<identity> identity_store::write_group::insert(identity fresh) {
  if (!state_->dead && !while_running([&] { return state_->has_room(); }))
    return state_->fail(errc::store_full);
  fresh.id = state_->next_id;
  const auto done = state_->attempt([&] {
    const big_endian<8> id{fresh.id};
    const std::string name = store_tables::name_key(fresh.account, fresh.domain.text());
    if (!state_->transaction.put_new(state_->store.tables.names, name, id.bytes()))
      throw std::logic_error{"an identity was inserted twice"};
    state_->transaction.append(state_->store.tables.records, id.bytes(), state_->bytes_of(fresh));
    ++state_->next_id;
    ++state_->count;
  });
  if (!done) return done.error();
  return fresh;
}

result<void> identity_store::write_group::update(const identity& changed) {
  return state_->attempt([&] {
    const big_endian<8> id{changed.id};
    if (!state_->transaction.get(state_->store.tables.records, id.bytes()))
      throw std::logic_error{"an identity that is not there was updated"};
    state_->transaction.put(state_->store.tables.records, id.bytes(), state_->bytes_of(changed));
  });
}

result<void> identity_store::write_group::erase(const identity& gone) {
  return state_->attempt([&] {
    const std::string name = store_tables::name_key(gone.account, gone.domain.text());
    if (!state_->transaction.erase(state_->store.tables.records, big_endian<8>{gone.id}.bytes()) ||
        !state_->transaction.erase(state_->store.tables.names, name))
      throw std::logic_error{"an identity that is not there was erased"};
    --state_->count;
  });
}

result<void> identity_store::write_group::commit() {
  return state_->attempt([&] {
    state_->store.tables.set_number(state_->transaction, "next_id", state_->next_id);
    state_->store.tables.set_number(state_->transaction, "count", state_->count);
    state_->store.tables.set_number(state_->transaction, "format", state_->format);
    state_->transaction.commit();
  });
}

}  // namespace easydkim
