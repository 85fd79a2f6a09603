#include "core/store/open_store.hpp"

#include "core/store/page_check.hpp"

namespace easydkim {
namespace {

namespace fs = std::filesystem;

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

void check_format(lmdb_environment& environment, const fs::path& file) {
  lmdb_transaction reading{environment, lmdb_transaction::access::read};
  if (const auto format = store_tables::format_of(reading);
      format < store_tables::first_format || format > store_tables::last_format)
    throw store_unusable{"'" + file.string() + "' was written by another version of easydkimd (format " +
                         std::to_string(format) + ", this one knows up to " +
                         std::to_string(store_tables::last_format) + "): start that version"};
  reading.commit();
}

store_tables checked_tables(lmdb_environment& environment, const fs::path& file) {
  check_format(environment, file);
  lmdb_transaction completing{environment, lmdb_transaction::access::write};
  store_tables::complete(completing);
  const store_tables tables{completing};
  tables.check(completing);
  for (const std::string& each : tables.stray_evidence(completing)) completing.erase(tables.evidence, each);
  completing.commit();
  return tables;
}

}  // namespace

store_broken broken(const std::exception& failed) {
  return store_broken{"the store no longer works (" + std::string{failed.what()} +
                      "); easydkimd must be started again, and then checks all of it"};
}

identity_store::state::state(const fs::path& where, std::uint64_t size)
    : directory{where},
      environment{prepared(directory, size)},
      tables{checked_tables(environment, directory.data_file())},
      newest{environment, lmdb_transaction::access::read} {
  newest.reset();
  directory.mark_in_use();
}

}  // namespace easydkim
