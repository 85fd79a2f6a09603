// SPDX-License-Identifier: Apache-2.0
#include "core/store/identity_store.hpp"

#include "core/store/lmdb/open_store.hpp"

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
    if (failed.what_failed == lmdb_error::kind::panic) throw broken(failed);  // the disk failed, not the data
    if (failed.what_failed == lmdb_error::kind::full)
      throw store_unusable{"'" + file.string() + "' is as large as it may be: raise store.size"};
    refuse_damaged(file, failed.what());
  } catch (const damaged_entry& damaged) {
    refuse_damaged(file, damaged.what());
  }
}

domain_name domain_in(std::string_view name_key) {
  auto domain = domain_name::parse(name_key.substr(name_key.find('\0') + 1));
  if (!domain) throw damaged_entry{"a name in it is no domain"};
  return std::move(*domain);
}

}  // namespace

identity_store::identity_store(const store_options& chosen)
    : state_{at_the_start(chosen.directory / "data.mdb", [&] { return std::make_unique<state>(chosen); })} {}

identity_store::identity_store(const fs::path& directory, std::uint64_t size, std::uint64_t check_up_to)
    : identity_store{
          {.directory = directory, .size = size, .check_up_to = check_up_to, .target_suffix = {}, .digest = {}}} {}

identity_store::~identity_store() = default;

std::optional<identity> identity_store::load(identity_id id) const {
  return state_->reading([&](const lmdb_transaction& newest) { return state_->tables.load(newest, id); });
}

std::optional<identity> identity_store::find(std::string_view account, const domain_name& domain) const {
  return state_->reading(
      [&](const lmdb_transaction& newest) { return state_->tables.find(newest, account, domain.text()); });
}

boost::system::result<evidence, record_fault> identity_store::evidence_of(identity_id id) const {
  return state_->reading(
      [&](const lmdb_transaction& newest) { return state_->tables.evidence_of(newest, id); });
}

std::vector<former_token_set> identity_store::former_sets(std::string_view account, const domain_name& domain,
                                                          time_point now) const {
  if (!state_->digest) return {};
  const std::string key = former_sets_key(state_->digest, account, domain.text());
  return state_->reading(
      [&](const lmdb_transaction& newest) { return state_->tables.former.sets_of(newest, key, now); });
}

const std::optional<store_upgrade>& identity_store::upgrade() const noexcept {
  return state_->upgrade;
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

std::uint64_t identity_store::count() const {
  return state_->reading(
      [&](const lmdb_transaction& newest) { return newest.entries(state_->tables.records); });
}

bool identity_store::is_checked() const noexcept {
  return state_->is_checked;
}

bool identity_store::check(const std::stop_token& stop) const {
  return at_the_start(state_->directory.data_file(), [&] {
    const lmdb_transaction reading{state_->environment, lmdb_transaction::access::read};
    return state_->tables.check_in_order(reading, stop);
  });
}

void identity_store::each_summary(const std::function<void(const identity_summary&)>& visit) const {
  at_the_start(state_->directory.data_file(), [&] {
    const lmdb_transaction reading{state_->environment, lmdb_transaction::access::read};
    lmdb_cursor records{reading, state_->tables.records};
    while (const auto record = records.next()) visit(state_->tables.summary_in(*record));
  });
}

void identity_store::each(const std::function<void(const identity&)>& visit) const {
  // A transaction of its own, so that `visit` may use the store.
  at_the_start(state_->directory.data_file(), [&] {
    const lmdb_transaction reading{state_->environment, lmdb_transaction::access::read};
    lmdb_cursor records{reading, state_->tables.records};
    while (const auto record = records.next()) visit(state_->tables.identity_in(*record));
  });
}

void identity_store::must_be_in_place() const {
  state_->must_be_in_place();
}

store_usage identity_store::usage() const {
  return state_->reading([&](const lmdb_transaction& newest) {
    const std::uint64_t page = state_->environment.page_size();
    return store_usage{.used_bytes = (newest.used_pages() + state_->pages_for_former_tokens(newest)) * page,
                       .file_bytes = state_->environment.file_pages() * page,
                       .size_bytes = state_->environment.pages() * page};
  });
}

boost::system::result<void, std::string> identity_store::copy_to(int file, store_layout layout) const {
  try {
    state_->environment.copy(file, layout == store_layout::compact ? lmdb_environment::layout::compact
                                                                   : lmdb_environment::layout::as_it_is);
    return {};
  } catch (const lmdb_error& failed) {
    return std::string{failed.what()};
  }
}

bool identity_store::resize(std::uint64_t size) {
  return while_running([&] { return state_->environment.resize(size); });
}

}  // namespace easydkim
