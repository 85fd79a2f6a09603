// SPDX-License-Identifier: Apache-2.0
// Turns at a rate: those of a second at once, and then one after the other (generic cell rate algorithm).
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

#include "core/time_point.hpp"

namespace easydkim {

/// `time`: of whichever clock; it comes in as an argument. Not thread-safe.
template <class time>
class turns {
 public:
  /// Counts one more: how long it is to wait for its turn, or nothing when that is further away than `longest_wait`;
  /// then it does not count. `per_second`: 0 for no limit.
  std::optional<duration> take(double per_second, time now, duration longest_wait = duration{0}) {
    if (per_second <= 0) return duration{0};
    const duration slot{static_cast<duration::rep>(1000.0 / per_second)};
    const duration at_once = std::max(duration{1000} - slot, duration{0});
    const bool was_set_back = free_at_ > now + at_once + longest_wait + slot + std::chrono::hours{1};
    const time begin = was_set_back ? now : std::max(free_at_, now);
    const duration wait = std::max<duration>(begin - now - at_once, duration{0});
    if (wait > longest_wait) return std::nullopt;
    free_at_ = begin + slot;
    return wait;
  }

  /// Nothing of the past limits what comes.
  bool are_whole(time now) const noexcept { return free_at_ <= now; }

 private:
  time free_at_{};  // when those so far would be over at the rate
};

}  // namespace easydkim
