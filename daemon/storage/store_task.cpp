// SPDX-License-Identifier: Apache-2.0
#include "daemon/storage/store_task.hpp"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cinttypes>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <string>

#include "core/store/lmdb/store_check.hpp"
#include "core/store/lmdb/store_compaction.hpp"
#include "core/store/store_error.hpp"

namespace easydkim {
namespace {

constexpr int whole = 0;
constexpr int not_whole = 1;

int tell(const std::string& sentence) {
  std::fprintf(stderr, "easydkimd: %s\n", sentence.c_str());
  return not_whole;
}

std::string damaged(const std::filesystem::path& file, const std::string& what) {
  return "'" + file.string() + "' is damaged (" + what + ")";
}

void print(const store_findings& seen) {
  std::string by_status;
  for (const auto& [status, count] : seen.with_status)
    by_status +=
        (by_status.empty() ? " (" : ", ") + std::to_string(count) + ' ' + std::string{to_string(status)};
  std::printf("%s: %s\n", seen.file.c_str(), seen.damages == 0 ? "whole" : "damaged");
  std::printf("  format      %" PRIu64 "\n", seen.format);
  std::printf("  identities  %" PRIu64 "%s\n", seen.identities,
              (by_status + (by_status.empty() ? "" : ")")).c_str());
  std::printf("  evidence    %" PRIu64 "\n", seen.evidence);
  std::printf("  former      %" PRIu64 " tokens\n", seen.former_tokens);
  std::printf("  pages       %" PRIu64 " of %" PRIu64 " octets\n", seen.pages, seen.page_size);
}

int check(const std::filesystem::path& where) {
  try {
    const store_findings seen = check_store(where);
    print(seen);
    for (const std::string& each : seen.damaged) tell(damaged(seen.file, each));
    if (const auto more = seen.damages - seen.damaged.size(); more > 0)
      tell("and " + std::to_string(more) + " more entries of '" + seen.file.string() + "' are damaged");
    if (seen.damages > 0) tell("restore '" + seen.file.string() + "' from a backup (see easydkimd(8))");
    return seen.damages == 0 ? whole : not_whole;
  } catch (const std::exception& why) {
    return tell(why.what());
  }
}

/// A process that nobody waits for any more ends: whoever asked ended its parent.
void end_with(::pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(not_whole);
}

}  // namespace

int print_check_of_store(const std::filesystem::path& where) {
  std::fflush(nullptr);
  const ::pid_t self = ::getpid();
  const ::pid_t child = ::fork();
  if (child < 0)
    return tell("no process can be started for the check (" + std::string{std::strerror(errno)} +
                "): raise the limit of processes (ulimit -u), or free memory");
  if (child == 0) {
    end_with(self);
    const int status = check(where);
    std::fflush(nullptr);
    ::_exit(status);
  }
  int ended = 0;
  while (::waitpid(child, &ended, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(ended)) return WEXITSTATUS(ended);
  return tell(damaged(where, "reading it ended with signal " + std::to_string(WTERMSIG(ended)) + ", " +
                                 ::strsignal(WTERMSIG(ended))) +
              ": check the disk, and restore it from a backup");
}

int print_compaction_of_store(const std::filesystem::path& directory) {
  try {
    const store_compaction done = compact_store(directory);
    std::printf("%s: %" PRIu64 " octets, and %" PRIu64 " before (%" PRIu64 " identities)\n",
                (directory / "data.mdb").c_str(), done.bytes_after, done.bytes_before, done.identities);
    return whole;
  } catch (const std::exception& why) {
    return tell(why.what());
  }
}

}  // namespace easydkim
