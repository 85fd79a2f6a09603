// SPDX-License-Identifier: Apache-2.0
// The system calls that this process keeps, and gives up all others: whoever gets code to run in it finds no
// way to start a program, to look into another process, or to use a part of the kernel that mail never needs.
//
// What is kept are the calls that a whole life was seen to use on Debian 12 and 13 (strace of start, issue,
// polls over UDP and TCP, checks, import, backup, compaction, reload, metrics, SES API, end), with their twins
// that another libc uses for the same. The others fail with EPERM. Who made one is told by the kernel's audit
// log, with the number of the call ("type=1326 ... comm=\"easydkimd\" ... syscall=41"), which the kernel itself
// keeps from growing: a handler of ours would have to run in the middle of any call, and a supervisor would be
// a second process that can do what the first may not.
//
// Costs nothing that can be measured: from Linux 5.11 on the kernel remembers which calls are always let
// through.
#pragma once

#include <optional>
#include <string>

namespace easydkim {

/// Gives them up for this thread and whatever it starts from now on, for ever; to be called before there are
/// other threads. Returns why it could not, in words for the log; then nothing has changed, and the daemon may
/// go on as it would on a kernel without filters. Does nothing in a build with a sanitizer or for coverage, whose
/// own code makes calls of its own.
std::optional<std::string> limit_system_calls();

/// False in such a build.
bool can_limit_system_calls() noexcept;

}  // namespace easydkim
