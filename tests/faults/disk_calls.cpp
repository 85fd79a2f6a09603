// SPDX-License-Identifier: Apache-2.0
#include "tests/faults/disk_calls.hpp"

#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <memory>
#include <utility>

namespace easydkim::tests {
namespace {

struct watched_directory {
  std::string path;
  disk_watch::decision decide;
};
std::atomic<watched_directory*> watched = nullptr;

/// Whoever decides may write, too.
thread_local bool deciding = false;

::ssize_t to_kernel(int file, const std::string& content, std::int64_t at) {
  return at < 0 ? ::syscall(SYS_write, file, content.data(), content.size())
                : ::syscall(SYS_pwrite64, file, content.data(), content.size(), at);
}

[[noreturn]] void end_process() {
  ::kill(::getpid(), SIGKILL);
  for (;;) ::pause();
}

/// The path of `file`, when it is in the directory that is watched.
std::string path_of(int file, const watched_directory& where) {
  std::array<char, 4096> path{};
  const std::string link = "/proc/self/fd/" + std::to_string(file);
  const ::ssize_t size = ::readlink(link.c_str(), path.data(), path.size());
  const std::string_view whole{path.data(), size < 0 ? 0 : static_cast<std::size_t>(size)};
  return whole.starts_with(where.path) ? std::string{whole} : std::string{};
}

disk_fate fate_of(int file, disk_call call) {
  watched_directory* const where = watched.load();
  if (where == nullptr || deciding) return disk_fate::done;
  deciding = true;
  disk_fate fate = disk_fate::done;
  const int before = errno;
  call.file = path_of(file, *where);
  if (!call.file.empty()) {
    call.durable = (::fcntl(file, F_GETFL) & O_DSYNC) != 0;
    fate = where->decide(call);
  }
  errno = before;
  deciding = false;
  if (fate == disk_fate::killed) end_process();
  return fate;
}

int error_of(disk_fate fate) {
  switch (fate) {
    case disk_fate::io_error:
      return EIO;
    case disk_fate::no_space:
      return ENOSPC;
    default:
      return 0;
  }
}

/// `at` < 0: where the file stands.
::ssize_t write_at(int file, std::string content, std::int64_t at) {
  const std::int64_t place = at < 0 ? ::lseek(file, 0, SEEK_CUR) : at;
  const disk_fate fate = fate_of(file, {.what = disk_call::kind::write,
                                        .file = {},
                                        .at = static_cast<std::uint64_t>(place),
                                        .content = content});
  if (const int error = error_of(fate); error != 0) {
    errno = error;
    return -1;
  }
  const bool torn =
      fate == disk_fate::killed_torn || fate == disk_fate::io_error_torn || fate == disk_fate::no_space_torn;
  if (torn) content.resize(content.size() / 2);
  const ::ssize_t written = to_kernel(file, content, at);
  if (fate == disk_fate::killed_torn || fate == disk_fate::killed_after) end_process();
  if (fate == disk_fate::io_error_torn) {
    errno = EIO;
    return -1;
  }
  return written;
}

template <class Call>
int without_content(int file, disk_call call, Call kernel) {
  const disk_fate fate = fate_of(file, std::move(call));
  if (const int error = error_of(fate); error != 0) {
    errno = error;
    return -1;
  }
  if (fate == disk_fate::io_error_torn || fate == disk_fate::no_space_torn) {
    errno = fate == disk_fate::io_error_torn ? EIO : ENOSPC;
    return -1;
  }
  const int status = kernel();
  if (fate == disk_fate::killed_torn || fate == disk_fate::killed_after) end_process();
  return status;
}

}  // namespace

disk_watch::disk_watch(std::string directory, decision decide) {
  watched = new watched_directory{std::move(directory), std::move(decide)};
}

disk_watch::~disk_watch() {
  delete watched.exchange(nullptr);
}

disk_watch::decision at_call(std::uint64_t before, disk_fate fate, afterwards then) {
  return [left = before, fate, then, over = false](const disk_call&) mutable {
    if (over) return then == afterwards::ill ? fate : disk_fate::done;
    if (left-- > 0) return disk_fate::done;
    over = true;
    return fate;
  };
}

}  // namespace easydkim::tests

using easydkim::tests::disk_call;
using easydkim::tests::watched;

extern "C" {

::ssize_t write(int file, const void* octets, std::size_t size) {
  if (watched.load() == nullptr) return ::syscall(SYS_write, file, octets, size);
  return easydkim::tests::write_at(file, {static_cast<const char*>(octets), size}, -1);
}

::ssize_t pwrite(int file, const void* octets, std::size_t size, ::off_t at) {
  if (watched.load() == nullptr) return ::syscall(SYS_pwrite64, file, octets, size, at);
  return easydkim::tests::write_at(file, {static_cast<const char*>(octets), size}, at);
}

::ssize_t writev(int file, const ::iovec* parts, int count) {
  if (watched.load() == nullptr) return ::syscall(SYS_writev, file, parts, count);
  std::string content;
  for (int i = 0; i < count; ++i)
    content.append(static_cast<const char*>(parts[i].iov_base), parts[i].iov_len);
  return easydkim::tests::write_at(file, std::move(content), -1);
}

int fdatasync(int file) {
  return easydkim::tests::without_content(file, {.what = disk_call::kind::sync, .file = {}},
                                          [&] { return static_cast<int>(::syscall(SYS_fdatasync, file)); });
}

int fsync(int file) {
  return easydkim::tests::without_content(file, {.what = disk_call::kind::sync, .file = {}},
                                          [&] { return static_cast<int>(::syscall(SYS_fsync, file)); });
}

int ftruncate(int file, ::off_t size) noexcept {
  return easydkim::tests::without_content(
      file, {.what = disk_call::kind::truncate, .file = {}, .at = static_cast<std::uint64_t>(size)},
      [&] { return static_cast<int>(::syscall(SYS_ftruncate, file, size)); });
}

}  // extern "C"
