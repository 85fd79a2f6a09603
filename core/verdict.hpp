// SPDX-License-Identifier: Apache-2.0
// The verdict: applies a check to an identity. The life cycle of a verification as a function, the same for
// both proofs.
//
//   pending ── all in place, confirmed ──> success ── gone in three checks in an hour ──> temporary_failure
//      │                                     ^                                            │        │
//      └ window over, and a check after it   └──────── back again, confirmed ─────────────┘        │
//        still sees one absent or wrong ──> failed <── grace over, still gone ─────────────────────┘
//
// Silence of the DNS (SERVFAIL, time-out, our resolver ill) is never evidence: it moves nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/check.hpp"
#include "core/identity.hpp"
#include "core/policy.hpp"

namespace easydkim {

/// The end of the window while pending (of the last window, otherwise).
time_point window_end(const verification& state, const policy& rules) noexcept;

/// The end of the grace in temporary_failure; nothing otherwise.
std::optional<time_point> grace_end(const verification& state, const policy& rules) noexcept;

/// `subject` with the findings of `check`.
identity with_findings(identity subject, const check& check);

/// The identity as it must be written after `check`; nothing when there is nothing new to write, or when
/// the proof's status is no longer the one that the check began with. Pure: same arguments, same verdict.
std::optional<identity> apply_check(const identity& before, const check& check, time_point now,
                                    const policy& rules);

/// One sentence for logs and watchers: why a proof has another status after than before.
struct status_change {
  const identity& before;
  const identity& after;
  proof of;
  std::string_view diagnosed{};  // why the records are not right, when that was found out
};
std::string reason_of_change(const status_change& change, const policy& rules, const record_naming& naming);

}  // namespace easydkim
