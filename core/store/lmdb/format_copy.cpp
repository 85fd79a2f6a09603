// SPDX-License-Identifier: Apache-2.0
#include "core/store/lmdb/format_copy.hpp"

#include <sys/statvfs.h>

#include <cerrno>
#include <optional>
#include <system_error>

#include "posix/file_handle.hpp"

namespace easydkim {
namespace {

namespace fs = std::filesystem;

std::string text_of(int code) {
  return std::generic_category().message(code);
}

/// A store that is copied into the last octets of a disk could not be changed any more.
bool has_room(const fs::path& directory, std::uint64_t octets) {
  constexpr std::uint64_t left_over = 16 * 1024 * 1024;
  struct ::statvfs disk {};
  if (::statvfs(directory.c_str(), &disk) != 0) return true;  // the writing will tell
  return std::uint64_t{disk.f_bavail} * disk.f_frsize >= octets + left_over;
}

/// Nothing when it worked.
std::optional<std::string> fault_of_copying(const lmdb_environment& environment, const fs::path& to) {
  const file_handle copy{to, O_WRONLY | O_CREAT | O_TRUNC};
  if (!copy) return text_of(errno);
  try {
    environment.copy(copy.number(), lmdb_environment::layout::as_it_is);
  } catch (const lmdb_error& failed) {
    return failed.what();
  }
  if (::fsync(copy.number()) != 0) return text_of(errno);
  return std::nullopt;
}

std::optional<std::string> fault_of_keeping(const lmdb_environment& environment, const fs::path& target) {
  if (!has_room(target.parent_path(), environment.file_pages() * environment.page_size()))
    return "its file system has no room for it";
  const fs::path part = target.string() + ".part";
  std::optional<std::string> fault = fault_of_copying(environment, part);
  std::error_code failed;
  if (!fault) {
    fs::rename(part, target, failed);
    if (failed) fault = failed.message();
  }
  if (fault) fs::remove(part, failed);
  return fault;
}

}  // namespace

store_upgrade kept_beside(const lmdb_environment& environment, const fs::path& data_file,
                          store_upgrade planned) {
  const fs::path target = data_file.string() + ".format-" + std::to_string(planned.from);
  if (const auto fault = fault_of_keeping(environment, target)) {
    planned.fault = *fault;
    return planned;
  }
  const file_handle directory{data_file.parent_path(), O_RDONLY | O_DIRECTORY};
  if (directory) ::fsync(directory.number());
  planned.copy = target;
  return planned;
}

}  // namespace easydkim
