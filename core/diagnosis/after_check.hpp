// SPDX-License-Identifier: Apache-2.0
// The steps after a check: whether to diagnose its records, what to write, and when to check its proof again.
// The poller takes these steps with sockets and a disk, the scenario tests without.
#pragma once

#include <cstdint>
#include <optional>

#include "core/check_plan.hpp"
#include "core/diagnosis/evidence.hpp"

namespace easydkim {

/// A view of a check that is over, and of what its poller knows beside.
struct ended_check {
  /// Whether a diagnosis that nobody asked for could be made now.
  enum class diagnosing : std::uint8_t {
    off,   // none are made at all
    free,  // yes
    full,  // as many are under way as may be
  };
  const identity& subject;  // as it was stored when the check began
  const check& answers;
  const observation& news;  // of the check, and of a diagnosis that was made since
  const due_queue::entry& entry;
  check_cause cause = check_cause::schedule;
  bool resolver_is_ill = false;
  diagnosing room = diagnosing::off;
  bool is_owed = false;  // a diagnosis of the proof was due, and was put off
};

struct next_steps {
  enum class diagnosis : std::uint8_t {
    none,      // not due
    due,       // make one, add what it found to the news, and ask once more for what is written
    later,     // due, but there is no room: it is owed
    needless,  // all records are in place: none is owed any more
  };
  enum class writing : std::uint8_t {
    nothing,
    news_alone,  // our own silence is no finding: only what was found out for who asked
    findings,    // the verdict, the findings and the news
  };
  diagnosis why = diagnosis::none;
  writing what = writing::nothing;
};

next_steps after_check(const ended_check& ended, time_point now, const policy& rules);

/// Whether our own resolver may be to blame for what a check did not see.
bool is_our_fault(const check& answers, bool resolver_is_ill) noexcept;

/// The entry of a proof after the poll that `taken` was for; nothing when it is not looked at any more.
/// `stored`: as it is after the poll.
std::optional<due_queue::entry> after_poll(const due_queue::entry& taken, const identity& stored,
                                           time_point now, const policy& rules) noexcept;

/// The same when nobody could be asked, and nothing was learnt; `ready_at`: when somebody can, if known.
due_queue::entry put_off(due_queue::entry taken, std::optional<time_point> ready_at, time_point now,
                         const policy& rules) noexcept;

/// The waiting entry of a proof whose status was changed by a check beside the schedule: its next poll comes
/// by the rhythm of the new status.
std::optional<due_queue::entry> in_new_rhythm(due_queue::entry waiting, const identity& stored,
                                              time_point now, const policy& rules) noexcept;

}  // namespace easydkim
