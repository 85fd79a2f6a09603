// SPDX-License-Identifier: Apache-2.0
// How often a status became another one.
#pragma once

#include <array>
#include <cstdint>

#include "daemon/operations/change_feed.hpp"

namespace easydkim {

/// Not thread-safe.
class change_tally {
 public:
  void add(const identity_change& change) noexcept {
    ++counts_[index(change.of)][index(change.from)][index(change.to)];
  }
  std::uint64_t of(proof which, dkim_status from, dkim_status to) const noexcept {
    return counts_[index(which)][index(from)][index(to)];
  }

 private:
  template <class T>
  static constexpr std::size_t index(T value) noexcept {
    return static_cast<std::size_t>(value);
  }

  std::array<std::array<std::array<std::uint64_t, dkim_statuses>, dkim_statuses>, all_proofs.size()>
      counts_{};
};

}  // namespace easydkim
