// What a check means for an identity: the life cycle of a DKIM verification, as a function.
//
//   pending ── all in place, confirmed ──> success ── gone in three checks in a row ──> temporary_failure
//      │                                     ^                                            │        │
//      └ window over, and a check after it   └──────── back again, confirmed ─────────────┘        │
//        still sees one absent or wrong ──> failed <── grace over, still gone ─────────────────────┘
//
// Silence of the DNS (SERVFAIL, time-out, our resolver ill) is never evidence: it moves nothing.
#pragma once

#include <optional>
#include <string>

#include "core/check.hpp"
#include "core/identity.hpp"
#include "core/policy.hpp"

namespace easydkim {

/// The end of the window of a pending identity (of its last window, for others).
time_point window_end(const identity& subject, const policy& rules) noexcept;

/// The end of the grace of an identity in temporary_failure; nothing for others.
std::optional<time_point> grace_end(const identity& subject, const policy& rules) noexcept;

/// The identity as it must be written after `done`; nothing when there is nothing new to write, or when its
/// status is no longer the one that the check began with. Pure: same arguments, same verdict.
std::optional<identity> judged(const identity& before, const check& done, time_point now,
                               const policy& rules);

/// One sentence for logs and watchers: why `after` has another status than `before` had.
std::string reason_of_change(const identity& before, const identity& after, const policy& rules,
                             std::string_view target_suffix);

}  // namespace easydkim
