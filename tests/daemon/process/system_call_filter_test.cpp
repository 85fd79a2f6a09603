// SPDX-License-Identifier: Apache-2.0
// What a process can still do once it has given up all system calls but its own: tried in a child, for it is
// for ever.
#include "daemon/process/system_call_filter.hpp"

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <string>
#include <thread>

namespace easydkim {
namespace {

/// Whether `trial` holds in a child whose system calls are limited.
bool holds_when_limited(bool (*trial)()) {
  const ::pid_t child = ::fork();
  if (child == 0) {
    const bool is_limited = !limit_system_calls();
    ::_exit(is_limited && trial() ? 0 : 1);
  }
  int ended = 0;
  return ::waitpid(child, &ended, 0) == child && WIFEXITED(ended) && WEXITSTATUS(ended) == 0;
}

template <class... Arguments>
bool is_refused(long call, Arguments... arguments) {
  errno = 0;
  return ::syscall(call, arguments...) == -1 && errno == EPERM;
}

class system_call_filter : public testing::Test {
 protected:
  void SetUp() override {
    if (!can_limit_system_calls()) GTEST_SKIP() << "a sanitizer makes system calls of its own";
  }
};

TEST_F(system_call_filter, refuses_what_the_daemon_never_needs) {
  EXPECT_TRUE(holds_when_limited([] { return is_refused(SYS_memfd_create, "a", 0); }));
  EXPECT_TRUE(holds_when_limited([] { return is_refused(SYS_ptrace, 0, 0, 0, 0); }));
  EXPECT_TRUE(holds_when_limited([] { return is_refused(SYS_io_uring_setup, 1, nullptr); }));
  EXPECT_TRUE(holds_when_limited([] { return is_refused(SYS_keyctl, 0, 0, 0, 0, 0); }));
  EXPECT_TRUE(holds_when_limited([] { return is_refused(SYS_process_vm_readv, ::getpid(), nullptr, 0, nullptr, 0, 0); }));
  EXPECT_TRUE(holds_when_limited([] { return is_refused(SYS_unshare, CLONE_NEWUSER); }));
  EXPECT_TRUE(holds_when_limited([] { return is_refused(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0); }));
}

TEST_F(system_call_filter, starts_no_other_program) {
  EXPECT_TRUE(holds_when_limited([] {
    errno = 0;
    return ::execl("/bin/true", "true", nullptr) == -1 && errno == EPERM;
  }));
}

TEST_F(system_call_filter, lets_threads_and_children_be_started_which_are_limited_too) {
  EXPECT_TRUE(holds_when_limited([] {
    bool is_limited = false;
    std::thread{[&] { is_limited = is_refused(SYS_memfd_create, "a", 0); }}.join();
    return is_limited;
  }));
  EXPECT_TRUE(holds_when_limited([] {
    const ::pid_t child = ::fork();
    if (child == 0) ::_exit(is_refused(SYS_memfd_create, "a", 0) ? 7 : 0);
    int ended = 0;
    return ::waitpid(child, &ended, 0) == child && WEXITSTATUS(ended) == 7;
  }));
}

TEST_F(system_call_filter, lets_files_be_read) {
  EXPECT_TRUE(holds_when_limited([] {
    std::string line;
    return static_cast<bool>(std::getline(std::ifstream{"/proc/self/status"}, line)) && !line.empty();
  }));
}

}  // namespace
}  // namespace easydkim
