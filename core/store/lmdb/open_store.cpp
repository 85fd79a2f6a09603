// SPDX-License-Identifier: Apache-2.0
#include "core/store/lmdb/open_store.hpp"

#include "core/store/lmdb/format_copy.hpp"
#include "core/store/lmdb/page_check.hpp"

namespace easydkim {
namespace {

namespace fs = std::filesystem;

/// Makes data.mdb at the first start, and checks it at every other before LMDB may map it.
lmdb_environment::settings prepared(const store_directory& directory, std::uint64_t size) {
  if (directory.is_new())
    directory.create([&](const fs::path& workshop) {
      lmdb_environment made{{.where = workshop, .size = size, .tables = store_tables::count}};
      lmdb_transaction first{made, lmdb_transaction::access::write};
      store_tables::create(first);
      first.commit();
    });
  directory.check_access();
  check_pages(directory.data_file());
  return {.where = directory.path(), .size = size, .tables = store_tables::count};
}

/// Before anything is written into it.
std::optional<store_upgrade> upgrade_of(lmdb_environment& environment, const store_directory& directory) {
  std::uint64_t format = 0;
  {
    lmdb_transaction reading{environment, lmdb_transaction::access::read};
    format = store_tables::known_format_of(reading, directory.data_file());
    reading.commit();
  }
  if (format == store_tables::format) return std::nullopt;
  return kept_beside(environment, directory.data_file(), {.from = format, .to = store_tables::format, .copy = {}, .fault = {}});
}

struct opened {
  store_tables tables;
  bool is_checked;  // all records were read, for there are not too many
};
opened opened_tables(lmdb_environment& environment, const store_options& chosen) {
  lmdb_transaction completing{environment, lmdb_transaction::access::write};
  store_tables::complete(completing, chosen.target_suffix);
  const store_tables tables{completing};
  const bool is_checked = completing.entries(tables.records) <= chosen.check_up_to &&
                          tables.check_in_order(completing, {});
  if (!is_checked) tables.check_counts(completing);
  for (const std::string& each : tables.stray_evidence(completing)) completing.erase(tables.evidence, each);
  completing.commit();
  return {tables, is_checked};
}

}  // namespace

store_broken broken(const std::exception& failed) {
  return store_broken{"the store no longer works (" + std::string{failed.what()} +
                      "); easydkimd must be started again, and then checks all of it"};
}

identity_store::state::state(const store_options& chosen)
    : digest{chosen.digest},
      directory{chosen.directory},
      environment{prepared(directory, chosen.size)},
      upgrade{upgrade_of(environment, directory)},
      tables{[&] {
        opened now = opened_tables(environment, chosen);
        is_checked = now.is_checked;
        return std::move(now.tables);
      }()},
      newest{environment, lmdb_transaction::access::read} {
  newest.reset();
  directory.mark_in_use();
}

void identity_store::state::must_be_in_place() const {
  const fs::path file = directory.data_file();
  if (!environment.is_at(file))
    throw store_broken{"'" + file.string() +
                       "' was removed or replaced while easydkimd had it open: put it back, or restore it from a "
                       "backup while easydkimd is stopped, and start easydkimd again"};
}

}  // namespace easydkim
