// SPDX-License-Identifier: Apache-2.0
// Points in time by a clock that nobody sets: for how long servers rest and answers are kept.
#pragma once

#include <chrono>
#include <functional>

#include "core/time_point.hpp"

namespace easydkim {

using steady_time = std::chrono::time_point<std::chrono::steady_clock, duration>;

/// Reads that clock; tests bring their own.
using steady_clock_reader = std::function<steady_time()>;

inline steady_time steady_now() {
  return std::chrono::floor<duration>(std::chrono::steady_clock::now());
}

}  // namespace easydkim
