// SPDX-License-Identifier: Apache-2.0
// The lookups of the poller, by what they found, and how long they took.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "core/finding.hpp"
#include "core/histogram.hpp"

namespace easydkim {

/// Not thread-safe: counts on the hot path, without atomics.
class lookup_tally {
 public:
  void ended(finding_kind what, std::chrono::steady_clock::duration took) noexcept {
    ++by_finding_[static_cast<std::size_t>(what)];
    const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(took).count();
    times_.add(static_cast<std::uint64_t>(micros));
  }

  std::uint64_t with(finding_kind what) const noexcept { return by_finding_[static_cast<std::size_t>(what)]; }

  /// In microseconds.
  const histogram& times() const noexcept { return times_; }

 private:
  static constexpr std::size_t kinds = static_cast<std::size_t>(finding_kind::no_answer) + 1;

  std::array<std::uint64_t, kinds> by_finding_{};
  histogram times_{time_bounds};
};

}  // namespace easydkim
