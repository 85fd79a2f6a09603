// SPDX-License-Identifier: Apache-2.0
#include "core/store/lmdb/store_check.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "core/store/lmdb/lmdb.hpp"
#include "core/store/lmdb/page_check.hpp"
#include "core/store/lmdb/store_tables.hpp"
#include "core/store/store_error.hpp"

namespace easydkim {
namespace {

namespace fs = std::filesystem;

fs::path data_file_of(const fs::path& where) {
  std::error_code failed;
  fs::path file = fs::is_directory(where, failed) ? where / "data.mdb" : where;
  if (::access(file.c_str(), R_OK) != 0) refuse_access(file, "opened", errno);
  if (!fs::is_regular_file(file, failed) || fs::file_size(file, failed) == 0)
    refuse_damaged(file, "it is empty, or no file");
  return file;
}

/// A store that no daemon has used yet, or that was just restored, has no lock.mdb, and gets none here: it
/// would belong to whoever checks.
lmdb_environment::settings settings_of(const fs::path& where, const fs::path& file) {
  std::error_code failed;
  const bool has_readers = file != where && fs::exists(where / "lock.mdb", failed);
  return {.where = has_readers ? where : file,
          .tables = store_tables::count,
          .wanted = has_readers ? lmdb_environment::access::read : lmdb_environment::access::read_alone};
}

/// Takes a snapshot again while a busy writer is faster than we are.
checked_pages check_pages_of(lmdb_transaction& reading, const fs::path& file) {
  constexpr int most_attempts = 1000;  // far more than a writer wins
  for (int attempt = 0; attempt < most_attempts; ++attempt) {
    try {
      return check_pages(file, reading.number());
    } catch (const snapshot_overtaken&) {
      reading.reset();
      reading.renew();
    }
  }
  throw store_unusable{"'" + file.string() + "' was replaced while it was being checked: check it again"};
}

store_findings findings_in(const fs::path& where, const fs::path& file) {
  lmdb_environment opened{settings_of(where, file)};
  lmdb_transaction reading{opened, lmdb_transaction::access::read};
  const checked_pages pages = check_pages_of(reading, file);
  store_findings result{.file = file,
                        .format = store_tables::known_format_of(reading, file),
                        .with_status = {},
                        .pages = pages.in_use,
                        .page_size = pages.page_size,
                        .damaged = {}};

  const auto damaged = [&](const damaged_entry& found) {
    ++result.damages;
    if (result.damaged.size() < store_findings::most_told) result.damaged.emplace_back(found.what());
  };
  const store_tables tables{reading};
  tables.check(reading, {.whole =
                             [&](const identity& found) {
                               ++result.identities;
                               ++result.with_status[found.dkim.status];
                             },
                         .damaged = damaged});
  result.evidence = tables.check_evidence(reading, damaged);
  result.former_tokens = tables.former.tokens(reading);
  tables.former.check(reading, [&](const std::string& what) { damaged(damaged_entry{what}); });
  return result;
}

}  // namespace

store_findings check_store(const fs::path& where) {
  const fs::path file = data_file_of(where);
  try {
    return findings_in(where, file);
  } catch (const lmdb_error& failed) {
    if (failed.what_failed == lmdb_error::kind::disk) refuse_access(file, "opened", failed.code);
    refuse_damaged(file, failed.what());
  } catch (const damaged_entry& damaged) {
    refuse_damaged(file, damaged.what());
  }
}

}  // namespace easydkim
