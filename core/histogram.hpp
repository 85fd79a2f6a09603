// SPDX-License-Identifier: Apache-2.0
// A histogram: counts the values below each of some fixed bounds, and adds them up. Plain numbers, cheap
// enough for the hot path.
#pragma once

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>

namespace easydkim {

/// Not thread-safe.
class histogram {
 public:
  static constexpr std::size_t most_bounds = 18;

  /// `bounds`: rising; a value that equals one counts below it. A constant, which outlives the histogram.
  explicit histogram(std::span<const std::uint64_t> bounds) noexcept : bounds_{bounds} {
    assert(bounds.size() <= most_bounds);
  }

  void add(std::uint64_t value) noexcept {
    ++counts_[static_cast<std::size_t>(std::ranges::lower_bound(bounds_, value) - bounds_.begin())];
    sum_ += value;
  }

  std::span<const std::uint64_t> bounds() const noexcept { return bounds_; }

  /// Values above `bounds()[slot - 1]`, if any, and up to `bounds()[slot]`; the last slot has those above
  /// all.
  std::uint64_t in_slot(std::size_t slot) const noexcept { return counts_[slot]; }

  std::uint64_t sum() const noexcept { return sum_; }

 private:
  std::span<const std::uint64_t> bounds_;
  std::array<std::uint64_t, most_bounds + 1> counts_{};
  std::uint64_t sum_ = 0;
};

/// Microseconds from 50 us to 30 s, for all that takes time.
inline constexpr std::array<std::uint64_t, 18> time_bounds{
    50,     100,     250,     500,     1'000,     2'500,     5'000,     10'000,     25'000,
    50'000, 100'000, 250'000, 500'000, 1'000'000, 2'500'000, 5'000'000, 10'000'000, 30'000'000};

}  // namespace easydkim
