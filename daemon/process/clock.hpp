// SPDX-License-Identifier: Apache-2.0
// The daemon's time: the wall clock, carried on by a clock that nobody can set.
//
// Problem: a machine that boots without a battery clock, or whose clock somebody sets, would let every window
// of 72 hours end at once. Choice: between two readings time goes on by CLOCK_BOOTTIME (which counts sleep of
// the machine, too); once a second the wall clock is compared. A small difference is followed in silence. A
// large one is a step: `now()` follows it, and whoever holds times of windows shifts them by as much, so that
// no age changes.
#pragma once

#include "core/time_point.hpp"

namespace easydkim {

/// Not thread-safe.
class clock {
 public:
  /// A difference from the wall clock that counts as a step.
  static constexpr duration smallest_step = std::chrono::seconds{10};

  clock();

  time_point now() const;

  /// Compares with the wall clock and follows it. Returns the step; zero in the ordinary case.
  duration follow_wall_clock();

 private:
  time_point wall_at_anchor_;
  duration boottime_at_anchor_;
};

}  // namespace easydkim
