// SPDX-License-Identifier: Apache-2.0
#include "client/commands/new_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

#include "client/connection/failure.hpp"

namespace easydkim {
namespace {

[[noreturn]] void refuse(const std::string& path, int code) {
  throw failure{exit_usage, "'" + path + "' cannot be written: " + std::generic_category().message(code) +
                                "; name a file in a directory where you may write"};
}

[[noreturn]] void refuse_existing(const std::string& path) {
  throw failure{exit_usage, "'" + path + "' is there already and is not overwritten; name another file"};
}

bool is_there(const std::string& path) {
  struct ::stat entry {};
  return ::lstat(path.c_str(), &entry) == 0;
}

/// Not every file system can rename without replacing.
int renamed(const std::string& from, const std::string& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS) return errno;
  if (is_there(to)) return EEXIST;
  return ::rename(from.c_str(), to.c_str()) == 0 ? 0 : errno;
}

void sync_directory_of(const std::string& path) {
  const std::filesystem::path parent = std::filesystem::path{path}.parent_path();
  const int opened =
      ::open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);  // NOLINT
  const bool is_synced = opened >= 0 && ::fsync(opened) == 0;
  const int code = errno;
  if (opened >= 0) ::close(opened);
  if (!is_synced) refuse(path, code);
}

}  // namespace

new_file::new_file(std::string path)
    : path_{std::move(path)}, unfinished_{path_ + ".unfinished-" + std::to_string(::getpid())} {
  if (is_there(path_)) refuse_existing(path_);
  number_ = ::open(unfinished_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (number_ < 0) refuse(path_, errno);
}

new_file::~new_file() {
  if (number_ >= 0) ::close(number_);
  if (!unfinished_.empty()) ::unlink(unfinished_.c_str());
}

void new_file::keep() {
  if (::fsync(number_) != 0) refuse(path_, errno);
  const int code = renamed(unfinished_, path_);
  if (code == EEXIST) refuse_existing(path_);
  if (code != 0) refuse(path_, code);
  unfinished_.clear();
  sync_directory_of(path_);
}

}  // namespace easydkim
