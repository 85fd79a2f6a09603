// SPDX-License-Identifier: Apache-2.0
#include "core/store/lmdb/store_directory.hpp"

#include <sys/file.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <string>
#include <system_error>

#include "core/store/store_error.hpp"

namespace easydkim {
namespace {

namespace fs = std::filesystem;

fs::path made_directory(fs::path path) {
  std::error_code failed;
  fs::create_directories(path.parent_path(), failed);  // mkdir says what is wrong
  if (::mkdir(path.c_str(), 0700) == 0) return path;
  const int code = errno;
  if (!fs::is_directory(path, failed)) refuse_access(path, "made", code);
  return path;
}

void sync(const fs::path& directory) {
  const file_handle opened{directory, O_RDONLY | O_DIRECTORY};
  if (!opened || ::fsync(opened.number()) != 0) refuse_access(directory, "synced to the disk", errno);
}

std::string pid_in(const file_handle& lock) {
  std::array<char, 32> text{};
  const ::ssize_t size = ::pread(lock.number(), text.data(), text.size(), 0);
  std::string pid{text.data(), static_cast<std::size_t>(size < 0 ? 0 : size)};
  return pid.substr(0, pid.find('\n'));
}

}  // namespace

store_directory::store_directory(fs::path path) : path_{made_directory(std::move(path))}, lock_{lock()} {
  std::error_code failed;
  fs::remove_all(workshop(), failed);  // left behind by a start or a compaction that ended in the middle
}

file_handle store_directory::lock() const {
  const fs::path file = path_ / "easydkimd.lock";
  file_handle opened{file, O_RDWR | O_CREAT};
  if (!opened) refuse_access(file, "opened", errno);
  if (::flock(opened.number(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) refuse_access(file, "locked", errno);
    throw store_unusable{"'" + file.string() + "' is held: easydkimd is already running, pid " +
                         pid_in(opened) + "; stop it first, or set store.path to another directory"};
  }
  // The pid is for the sentence above only: a disk too full to take it is no reason not to start.
  const std::string pid = std::to_string(::getpid()) + "\n";
  [[maybe_unused]] const bool noted =
      ::ftruncate(opened.number(), 0) == 0 && ::pwrite(opened.number(), pid.data(), pid.size(), 0) > 0;
  return opened;
}

bool store_directory::is_new() const {
  struct ::stat data {};
  const bool there = ::stat(data_file().c_str(), &data) == 0;
  if (!there && errno != ENOENT) refuse_access(data_file(), "opened", errno);
  if (there && data.st_size > 0) return false;
  if (::access((path_ / "in-use").c_str(), F_OK) == 0)
    throw store_unusable{"'" + data_file().string() + "' is " + (there ? "empty" : "missing") +
                         ", but the file in-use beside it says that it held identities: restore it from a "
                         "backup, or remove in-use to start empty"};
  return true;
}

void store_directory::create(const std::function<void(const fs::path& directory)>& make) const {
  if (::mkdir(workshop().c_str(), 0700) != 0) refuse_access(workshop(), "made", errno);
  make(workshop());
  std::error_code failed;
  fs::remove(path_ / "lock.mdb", failed);  // that of an older data.mdb counts its transactions
  if (::rename((workshop() / "data.mdb").c_str(), data_file().c_str()) != 0)
    refuse_access(data_file(), "made", errno);
  sync(path_);
  fs::remove_all(workshop(), failed);
}

void store_directory::check_access() const {
  for (const char* name : {"data.mdb", "lock.mdb"}) {
    const fs::path file = path_ / name;
    if (const file_handle opened{file, O_RDWR}; !opened && errno != ENOENT)
      refuse_access(file, "opened for reading and writing", errno);
  }
}

void store_directory::mark_in_use() const {
  const fs::path file = path_ / "in-use";
  if (::access(file.c_str(), F_OK) == 0) return;
  const file_handle marker{file, O_WRONLY | O_CREAT};
  if (!marker || ::fsync(marker.number()) != 0) refuse_access(file, "made", errno);
  sync(path_);
}

}  // namespace easydkim
