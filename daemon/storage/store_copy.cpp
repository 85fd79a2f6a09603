// SPDX-License-Identifier: Apache-2.0
#include "daemon/storage/store_copy.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <system_error>
#include <utility>

namespace easydkim {

struct store_copy::board {
  std::atomic<std::uint64_t> progress{0};
  std::atomic<std::uint64_t> size{0};
  std::atomic<int> fault{0};          // an errno
  std::atomic<bool> is_whole{false};  // LMDB has written all
  std::atomic<bool> is_durable{false};
};
static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

namespace {

constexpr std::size_t octets_at_once = std::size_t{256} * 1024;
constexpr std::uint64_t octets_a_flush = std::uint64_t{32} * 1024 * 1024;

[[noreturn]] void refuse(int code, const char* what) {
  throw std::system_error{code, std::generic_category(), what};
}

// What follows runs in the process that moves the octets, a fork of one with several threads: it may call
// nothing but system calls.

constexpr int source = 0;
constexpr int target = 1;

struct chunk {
  char* octets;
  std::size_t size;  // less than `octets_at_once` at the end only
};

/// False when the source cannot be read.
bool fill(chunk& into) {
  into.size = 0;
  while (into.size < octets_at_once) {
    const ::ssize_t got = ::read(source, into.octets + into.size, octets_at_once - into.size);
    if (got == 0) break;
    if (got < 0 && errno != EINTR) return false;
    if (got > 0) into.size += static_cast<std::size_t>(got);
  }
  return true;
}

/// Past the page cache, which holds what the daemon reads, until the file does not take that.
bool put(chunk from) {
  while (from.size > 0) {
    const ::ssize_t put_so_far = ::write(target, from.octets, from.size);
    if (put_so_far >= 0) {
      from.octets += put_so_far;
      from.size -= static_cast<std::size_t>(put_so_far);
    } else if (errno == EINVAL && (::fcntl(target, F_GETFL) & O_DIRECT) != 0) {
      ::fcntl(target, F_SETFL, ::fcntl(target, F_GETFL) & ~O_DIRECT);
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

/// An errno, or 0.
template <class Board>
int moved(Board& shared) {
  void* const room = ::mmap(nullptr, octets_at_once, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (room == MAP_FAILED) return errno;
  if (const int flags = ::fcntl(target, F_GETFL); flags >= 0) ::fcntl(target, F_SETFL, flags | O_DIRECT);
  chunk each{static_cast<char*>(room), 0};
  std::uint64_t all = 0, flushed = 0;
  do {
    if (!fill(each) || !put(each)) return errno;
    all += each.size;
    shared.progress.fetch_add(each.size);
    if (all - flushed >= octets_a_flush) {
      if (::fdatasync(target) != 0) return errno;
      flushed = all;
      shared.progress.fetch_add(1);
    }
  } while (each.size == octets_at_once);
  struct ::stat seen {};
  if (!shared.is_whole) return 0;
  if (::fsync(target) != 0 || ::fstat(target, &seen) != 0) return errno;
  shared.size = static_cast<std::uint64_t>(seen.st_size);
  shared.is_durable = true;
  return 0;
}

/// Keeps nothing of the daemon open, above all not the lock of its store; and no signal ends it before its file
/// is empty or whole.
template <class Board>
[[noreturn]] void move_and_end(int from, int into, Board& shared) {
  for (const int each : {SIGTERM, SIGINT, SIGHUP, SIGPIPE}) std::signal(each, SIG_IGN);
  const bool is_ready = ::dup2(from, source) == source && ::dup2(into, target) == target &&
                        ::close_range(target + 1, ~0U, 0) == 0;
  const int fault = is_ready ? moved(shared) : errno;
  if (!shared.is_durable) {
    shared.fault = fault;
    // A file that cannot be shortened is no worse than one that is left.
    [[maybe_unused]] const bool is_empty = ::ftruncate(target, 0) == 0;
  }
  ::_exit(0);
}

}  // namespace

store_copy::store_copy(file_handle into) {
  std::array<int, 2> ends{-1, -1};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) refuse(errno, "socketpair");
  ours_.emplace(ends[0]);
  const file_handle its{ends[1]};
  void* const page =
      ::mmap(nullptr, sizeof(board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) refuse(errno, "mmap");
  shared_ = new (page) board;
  mover_ = ::fork();
  if (mover_ == 0) move_and_end(its.number(), into.number(), *shared_);
  if (mover_ < 0) {
    const int code = errno;
    ::munmap(shared_, sizeof(board));
    refuse(code, "fork");
  }
  // Here, before anything is written: to close a file on a disk that stands still may wait, too.
  const file_handle closed{std::move(into)};
}

/// The one that is left behind is taken note of when it has ended, at a later copy; so is every one that ended
/// a moment after its file was closed.
store_copy::~store_copy() {
  give_up();
  ::munmap(shared_, sizeof(board));
  movers_left().push_back(mover_);
  std::erase_if(movers_left(), [](::pid_t each) { return ::waitpid(each, nullptr, WNOHANG) != 0; });
}

/// Of this process; used by the thread of the io_context alone.
std::vector<::pid_t>& store_copy::movers_left() {
  static std::vector<::pid_t> left;
  return left;
}

std::uint64_t store_copy::progress() const noexcept {
  return shared_->progress;
}

void store_copy::give_up() noexcept {
  given_up_ = true;
  ::shutdown(ours_->number(), SHUT_WR);
}

boost::system::result<std::uint64_t, std::string> store_copy::finish(wrote how) {
  using namespace std::chrono_literals;
  constexpr auto longest_after_giving_up = 2s;
  if (how == wrote::all && !given_up_) shared_->is_whole = true;
  ::shutdown(ours_->number(), SHUT_WR);
  // Until it closes its end, which it never does before it ends.
  std::optional<std::chrono::steady_clock::time_point> until;
  for (;;) {
    ::pollfd other_end{.fd = ours_->number(), .events = 0, .revents = 0};
    if (::poll(&other_end, 1, 100) > 0 && (other_end.revents & (POLLHUP | POLLERR)) != 0) break;
    const auto now = std::chrono::steady_clock::now();
    if ((given_up_ || how == wrote::not_all) && !until) until = now + longest_after_giving_up;
    if (until && now >= *until) return std::string{};
  }
  if (shared_->is_durable) return shared_->size.load();
  const int fault = shared_->fault;
  return fault == 0 ? std::string{} : std::generic_category().message(fault);
}

}  // namespace easydkim
