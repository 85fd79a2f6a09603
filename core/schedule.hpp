// SPDX-License-Identifier: Apache-2.0
// The schedule: when a proof is checked next, as a function of its age, so that nothing about polling needs
// the disk.
//
// An owner who publishes after a minute is seen within seconds, one who takes a day within minutes: the delay
// is at most `growth` (5 %) of the time that they took, between `min_interval` and `max_interval`.
#pragma once

#include <optional>

#include "core/identity.hpp"
#include "core/identity_summary.hpp"
#include "core/policy.hpp"

namespace easydkim {

/// clamp(age * growth, min_interval, max_interval); a negative age (clock set back) counts as none.
duration interval_at(duration age, const policy& rules) noexcept;

/// Whose turn it is: a proof, and the id that spreads the turns. A view.
struct watched {
  watched(const identity& subject, proof which) noexcept : id{subject.id}, state{state_of(subject, which)} {}
  watched(const identity_summary& subject, proof which) noexcept
      : id{subject.id}, state{state_of(subject, which)} {}
  identity_id id;
  const verification& state;
};

/// The check after one made at `now`; nothing for what is not looked at any more (failed). Never later than
/// right after the end of a window or of a grace.
std::optional<time_point> next_check(const watched& subject, time_point now, const policy& rules) noexcept;

/// The first check of what was just issued, restarted, or read back at a start of the daemon; nothing for
/// what is not looked at. At a start the checks are spread over their intervals by the id.
std::optional<time_point> check_after_issue(const watched& subject, const policy& rules) noexcept;
std::optional<time_point> check_after_start(const watched& subject, time_point now,
                                            const policy& rules) noexcept;

}  // namespace easydkim
