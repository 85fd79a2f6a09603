// SPDX-License-Identifier: Apache-2.0
// The times that an operator sets for verification ([verification] and [polling] of easydkimd.toml).
#pragma once

#include <chrono>

#include "core/time_point.hpp"

namespace easydkim {

struct policy {
  duration window = std::chrono::hours{72};            // a pending identity has this long
  duration recheck_interval = std::chrono::hours{24};  // after success
  duration grace = std::chrono::hours{72};             // temporary_failure lasts at most this

  duration first_check = std::chrono::seconds{5};    // after the issue
  double growth = 0.05;                              // time to the next check as a part of the age,
  duration min_interval = std::chrono::seconds{15};  // but at least this
  duration max_interval = std::chrono::minutes{10};  // and at most this
};

/// Checks in a row that must see a record gone before a verified identity becomes temporary_failure.
inline constexpr int misses_before_temporary_failure = 3;

/// The least time between the first and the last of these checks, unless `recheck_interval` is less.
inline constexpr duration least_loss = std::chrono::hours{1};

/// How long some of a zone's servers may lack a record that most have before they are outvoted.
inline constexpr duration longest_split = std::chrono::hours{1};

}  // namespace easydkim
