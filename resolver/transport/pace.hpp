// SPDX-License-Identifier: Apache-2.0
// How many lookups may start: so many a second on average, in small bursts, and how people and polls share
// them.
#pragma once

#include <cstdint>

#include "core/time_point.hpp"

namespace easydkim {

/// Two token buckets: one of all lookups, one of those that people wait for, which holds four fifths of the
/// rate, so that a fifth is left for polls whatever people ask for. Time comes in as an argument; a clock
/// that jumps costs or gains at most one burst. Not thread-safe.
class pace {
 public:
  enum class taker : std::uint8_t { poll, person };

  /// What people may use of the rate.
  static constexpr double share_of_people = 0.8;

  /// What polls may owe, in seconds of the rate: lookups that a poll made beyond its first.
  static constexpr double most_debt_seconds = 1;

  /// `per_second`: lookups a second; 0: no limit.
  pace(double per_second, time_point now) noexcept;

  /// Takes a permit: for the first lookup of a poll, or for any lookup of a person's check; false when none
  /// is left now.
  bool take(taker who, time_point now) noexcept;

  /// Counts a further lookup of a poll that has begun. It never waits: the next waits longer instead.
  void charge() noexcept;

  /// When `take` will succeed, as seen at `now`.
  time_point next_permit(taker who, time_point now) const noexcept;

  /// From now on; what is owed is forgiven.
  void set_rate(double per_second, time_point now) noexcept;

 private:
  struct bucket {
    double per_second;
    double permits;
    time_point filled_at;

    bucket(double rate, time_point now) noexcept;
    double burst() const noexcept;
    void refill(time_point now) noexcept;
    time_point next(time_point now) const noexcept;
  };

  bucket all_;
  bucket people_;
};

}  // namespace easydkim
