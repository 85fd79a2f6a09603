// SPDX-License-Identifier: Apache-2.0
// Figures of the poller: its counters since the start, and how late it is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/time_point.hpp"

namespace easydkim {

struct poller_figures {
  std::uint64_t lookups_total = 0;
  std::uint64_t no_answer_total = 0;
  std::uint64_t dropped_total = 0;  // replies that came while the kernel had no room for them
  std::size_t in_flight = 0;
  std::size_t queued = 0;   // proofs that wait for their next check
  std::size_t overdue = 0;  // proofs whose check is due already
  duration lag{0};          // how late the earliest due check is
  std::optional<time_point> last_lookup_at;
  bool resolver_healthy = true;
};

}  // namespace easydkim
