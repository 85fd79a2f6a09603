// SPDX-License-Identifier: Apache-2.0
// What the transactions that were made durable since the start were like: plain numbers for monitoring.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "core/histogram.hpp"

namespace easydkim {

/// Changes that share one flush at most, so that no caller waits for an endless group.
inline constexpr std::size_t most_changes_in_group = 4096;

/// Not thread-safe.
struct commit_figures {
  static constexpr std::array<std::uint64_t, 7> size_bounds{1, 4, 16, 64, 256, 1024, most_changes_in_group};

  histogram times{time_bounds};  // of a commit, its flushes included, in microseconds
  histogram sizes{size_bounds};  // changes that shared it
};

}  // namespace easydkim
