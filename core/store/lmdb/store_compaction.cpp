// SPDX-License-Identifier: Apache-2.0
#include "core/store/lmdb/store_compaction.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "core/store/lmdb/lmdb.hpp"
#include "core/store/lmdb/page_check.hpp"
#include "core/store/lmdb/store_check.hpp"
#include "core/store/lmdb/store_directory.hpp"
#include "core/store/lmdb/store_tables.hpp"
#include "core/store/store_error.hpp"

namespace easydkim {
namespace {

namespace fs = std::filesystem;

/// Before anything is made: what root makes here, the daemon could not open.
void must_be_ours(const fs::path& file) {
  struct ::stat entry {};
  if (::stat(file.c_str(), &entry) != 0) refuse_access(file, "opened", errno);
  if (entry.st_uid != ::geteuid())
    throw store_unusable{"'" + file.string() +
                         "' belongs to another user: compact it as the user that easydkimd runs as (sudo -u "
                         "easydkim easydkimd --compact)"};
}

void copy_compact(const fs::path& directory, const fs::path& to) {
  const file_handle copy{to, O_WRONLY | O_CREAT | O_EXCL};
  if (!copy) refuse_access(to, "made", errno);
  try {
    const lmdb_environment whole{{.where = directory, .tables = store_tables::count}};
    whole.copy(copy.number(), lmdb_environment::layout::compact);
  } catch (const lmdb_error& failed) {
    if (failed.what_failed == lmdb_error::kind::disk) refuse_access(to, "written", failed.code);
    refuse_damaged(directory / "data.mdb", failed.what());
  }
  if (::fsync(copy.number()) != 0) refuse_access(to, "written", errno);
}

/// What the copy holds, if that is all of what `file` holds.
std::uint64_t identities_in_both(const fs::path& file, const fs::path& copy) {
  const store_findings before = check_store(file);
  const store_findings after = check_store(copy);
  for (const store_findings* each : {&before, &after})
    if (each->damages > 0) refuse_damaged(file, each->damaged.front());
  if (before.identities != after.identities || before.evidence != after.evidence ||
      before.former_tokens != after.former_tokens)
    refuse_damaged(file, "a copy of it does not hold what it holds");
  return after.identities;
}

}  // namespace

store_compaction compact_store(const fs::path& path) {
  must_be_ours(path / "data.mdb");
  const store_directory directory{path};
  directory.check_access();
  const fs::path file = directory.data_file();
  check_pages(file);

  store_compaction result{.bytes_before = fs::file_size(file)};
  directory.create([&](const fs::path& workshop) {
    copy_compact(path, workshop / "data.mdb");
    result.identities = identities_in_both(file, workshop / "data.mdb");
    result.bytes_after = fs::file_size(workshop / "data.mdb");
  });
  return result;
}

}  // namespace easydkim
