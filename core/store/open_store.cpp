#include "core/store/open_store.hpp"

#include "core/store/page_check.hpp"

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

/// Sets `is_checked` when there are no more than `check_up_to` records, which are read then.
store_tables opened_tables(lmdb_environment& environment, const fs::path& file, std::uint64_t check_up_to,
                           bool& is_checked) {
  {
    lmdb_transaction reading{environment, lmdb_transaction::access::read};
    store_tables::known_format_of(reading, file);
    reading.commit();
  }
  lmdb_transaction completing{environment, lmdb_transaction::access::write};
  store_tables::complete(completing);
  const store_tables tables{completing};
  is_checked = completing.entries(tables.records) <= check_up_to && tables.check_in_order(completing, {});
  if (!is_checked) tables.check_counts(completing);
  for (const std::string& each : tables.stray_evidence(completing)) completing.erase(tables.evidence, each);
  completing.commit();
  return tables;
}

}  // namespace

store_broken broken(const std::exception& failed) {
  return store_broken{"the store no longer works (" + std::string{failed.what()} +
                      "); easydkimd must be started again, and then checks all of it"};
}

identity_store::state::state(const fs::path& where, std::uint64_t size, std::uint64_t check_up_to)
    : directory{where},
      environment{prepared(directory, size)},
      tables{opened_tables(environment, directory.data_file(), check_up_to, is_checked)},
      newest{environment, lmdb_transaction::access::read} {
  newest.reset();
  directory.mark_in_use();
}

}  // namespace easydkim
