// How many lookups may start: so many a second on average, in small bursts.
#pragma once

#include <cstdint>

#include "core/time_point.hpp"

namespace easydkim {

/// A token bucket. Time comes in as an argument; a clock that jumps costs or gains at most one burst.
/// Not thread-safe.
class pace {
 public:
  /// `per_second`: lookups a second; 0: no limit.
  pace(double per_second, time_point now) noexcept;

  /// Takes a permit for the first lookup of a check; false when none is left now.
  bool take(time_point now) noexcept;

  /// Counts a further lookup of a check that has begun. It never waits: the next check waits longer instead.
  void charge() noexcept;

  /// When `take` will succeed, as seen at `now`.
  time_point next_permit(time_point now) const noexcept;

  void set_rate(double per_second, time_point now) noexcept;

 private:
  void refill(time_point now) noexcept;
  double burst() const noexcept;

  double per_second_;
  double permits_;
  time_point filled_at_;
};

}  // namespace easydkim
