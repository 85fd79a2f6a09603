// SPDX-License-Identifier: Apache-2.0
// What the daemon says when it must end at once, from whatever thread and with no memory left.
//
// Problem: an exception that nobody catches, on the store thread say, ends a process without a line in the
// log. Choice: a handler of std::terminate that allocates nothing.
#pragma once

namespace easydkim {

/// Exit status: cannot start, or found the store damaged; trying again does not mend it.
inline constexpr int exit_refused = 1;

/// Exit status: cannot go on (EX_SOFTWARE of sysexits.h); a new start may mend it.
inline constexpr int exit_broken = 70;

/// From now on std::terminate logs `daemon, cannot go on (reason)`, and ends the process: with `exit_broken`
/// when memory ran out or the store no longer works, with `exit_refused` when it is damaged, otherwise by
/// SIGABRT, for a core dump. Call after `start_log`.
void leave_last_words();

}  // namespace easydkim
