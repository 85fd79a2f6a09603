// SPDX-License-Identifier: Apache-2.0
#include "daemon/process/system_call_filter.hpp"

#include <sched.h>
#include <seccomp.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <memory>
#include <string_view>
#include <system_error>

namespace easydkim {
namespace {

// clang-format off
constexpr std::array kept{
    // Memory.
    "brk", "madvise", "mmap", "mmap2", "mprotect", "mremap", "msync", "munmap",
    // Threads, and the child that looks through a store. clone and clone3 have rules of their own, below.
    "exit", "exit_group", "fork", "futex", "futex_time64", "get_robust_list", "getcpu", "getpid", "getppid", "gettid",
    "membarrier", "prctl", "rseq", "sched_getaffinity", "sched_yield", "set_robust_list", "set_tid_address", "vfork",
    "wait4", "waitid", "waitpid",
    // Signals: those that end or reload the daemon, and the one that it sends itself by abort().
    "kill", "pause", "restart_syscall", "rt_sigaction", "rt_sigpending", "rt_sigprocmask", "rt_sigreturn",
    "rt_sigsuspend", "rt_sigtimedwait", "sigaltstack", "sigreturn", "tgkill", "tkill",
    // Time, and waiting.
    "clock_getres", "clock_getres_time64", "clock_gettime", "clock_gettime64", "clock_nanosleep",
    "clock_nanosleep_time64", "epoll_create", "epoll_create1", "epoll_ctl", "epoll_pwait", "epoll_pwait2", "epoll_wait",
    "eventfd", "eventfd2", "gettimeofday", "nanosleep", "poll", "ppoll", "ppoll_time64", "pselect6", "select", "time",
    "timerfd_create", "timerfd_gettime", "timerfd_settime", "timerfd_settime64", "times",
    // Files: the configuration, the store, its copies, the status file.
    "access", "chmod", "close", "close_range", "copy_file_range", "creat", "dup", "dup2", "dup3", "faccessat",
    "faccessat2", "fadvise64", "fallocate", "fchmod", "fchmodat", "fchmodat2", "fcntl", "fcntl64", "fdatasync", "flock",
    "fstat", "fstat64", "fstatat64", "fstatfs", "fstatfs64", "fsync", "ftruncate", "ftruncate64", "getcwd", "getdents",
    "getdents64", "ioctl", "lseek", "_llseek", "lstat", "lstat64", "mkdir", "mkdirat", "newfstatat", "open", "openat",
    "pipe", "pipe2", "pread64", "preadv", "preadv2", "pwrite64", "pwritev", "pwritev2", "read", "readlink", "readlinkat",
    "readv", "rename", "renameat", "renameat2", "rmdir", "sendfile", "sendfile64", "splice", "stat", "stat64", "statfs",
    "statfs64", "statx", "sync_file_range", "tee", "umask", "unlink", "unlinkat", "write", "writev",
    // Sockets.
    "accept", "accept4", "bind", "connect", "getpeername", "getsockname", "getsockopt", "listen", "recv", "recvfrom",
    "recvmmsg", "recvmsg", "send", "sendmmsg", "sendmsg", "sendto", "setsockopt", "shutdown", "socket", "socketpair",
    // What it is told of itself and of the machine.
    "arch_prctl", "getegid", "geteuid", "getgid", "getrandom", "getresgid", "getresuid", "getrlimit", "getrusage",
    "getuid", "prlimit64", "sysinfo", "ugetrlimit", "uname",
};
// clang-format on

/// The namespaces that a new process may be given: it gets none.
constexpr scmp_datum_t of_namespaces = CLONE_NEWCGROUP | CLONE_NEWIPC | CLONE_NEWNET | CLONE_NEWNS |
                                       CLONE_NEWPID | CLONE_NEWUSER | CLONE_NEWUTS;

struct free_filter {
  void operator()(void* filter) const noexcept { seccomp_release(filter); }
};

std::string in_words(int failed) {
  return "seccomp: " + std::system_category().message(-failed);
}

/// Keeps the calls of the table; those that fail are logged, where the kernel can. Zero, or what failed. A call
/// that this kernel or architecture does not have needs no rule.
int keep_the_table(scmp_filter_ctx filter) {
  // Calls in the way of another architecture fail as well.
  int failed = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_ERRNO(EPERM));
  if (failed == 0 && seccomp_api_get() >= 3) failed = seccomp_attr_set(filter, SCMP_FLTATR_CTL_LOG, 1);
  for (const char* name : kept) {
    const int call = seccomp_syscall_resolve_name(name);
    if (failed != 0 || call == __NR_SCMP_ERROR) continue;
    failed = seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0);
    if (failed == -EDOM) failed = 0;
  }
  const scmp_arg_cmp no_namespace = SCMP_A0_64(SCMP_CMP_MASKED_EQ, of_namespaces, 0);
  if (failed == 0) failed = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1, &no_namespace);
  if (failed == 0) failed = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone3), 0);  // see below
  return failed;
}

/// The flags of clone3 lie in memory, where no filter sees them. Where it is not there, libc takes clone; that
/// each thread does so is nothing to log.
int hide_clone3(scmp_filter_ctx filter) {
  return seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
}

/// A filter that does `otherwise` with what no rule names. Of several, the strictest says what happens.
int load(std::uint32_t otherwise, int (*fill)(scmp_filter_ctx)) {
  const std::unique_ptr<void, free_filter> filter{seccomp_init(otherwise)};
  if (!filter) return -ENOMEM;
  const int failed = fill(filter.get());
  return failed != 0 ? failed : seccomp_load(filter.get());
}

}  // namespace

bool can_limit_system_calls() noexcept {
#ifdef EASYDKIM_NO_SYSTEM_CALL_FILTER  // a sanitizer, or coverage
  return false;
#else
  return true;
#endif
}

std::optional<std::string> limit_system_calls() {
  if (!can_limit_system_calls()) return std::nullopt;
  int failed = load(SCMP_ACT_ALLOW, hide_clone3);
  if (failed == 0) failed = load(SCMP_ACT_ERRNO(EPERM), keep_the_table);
  if (failed != 0) return in_words(failed);
  return std::nullopt;
}

}  // namespace easydkim
