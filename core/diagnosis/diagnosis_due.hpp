// SPDX-License-Identifier: Apache-2.0
// Decides when the daemon diagnoses records on its own initiative: seldom, since a diagnosis takes many
// questions.
#pragma once

#include <array>
#include <chrono>
#include <optional>

#include "core/check.hpp"
#include "core/policy.hpp"
#include "core/verification.hpp"

namespace easydkim {

/// The ages of a pending identity at which the first check that does not see all records in place is
/// explained.
inline constexpr std::array<duration, 3> explained_ages{std::chrono::minutes{10}, std::chrono::hours{1},
                                                        std::chrono::hours{24}};

/// A check of a proof, and when the one before it was (nothing: not since the start of the daemon).
struct checked_proof {
  const verification& state;  // before the check
  check::outcome outcome;
  std::optional<time_point> before{};
};

/// Whether a check at `now` is one to be explained: the first after one of the ages above, the one that will
/// make the proof `failed`, or the one that will take `success` from it.
bool is_diagnosis_due(const checked_proof& proof, time_point now, const policy& rules) noexcept;

}  // namespace easydkim
