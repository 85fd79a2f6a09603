// The plan of a check: what it looks at, and how thoroughly, decided before the first question.
#pragma once

#include "core/check.hpp"
#include "core/due_queue.hpp"
#include "core/identity.hpp"
#include "core/policy.hpp"

namespace easydkim {

/// Who wants a check.
enum class check_cause : std::uint8_t {
  schedule,  // it is due
  person,    // somebody asked for it, and waits
};

/// The plan of a check of the proof that `entry` names. `subject` and `suffix` must outlive the check.
struct check_order {
  const identity& subject;
  const due_queue::entry& entry;
  check_cause cause;
  std::string_view suffix;  // the configured one
};
check::plan planned(const check_order& order) noexcept;

/// Whether a check at `now` may take something away: one of what is verified, and one at the end of the time
/// that the proof has. Such a check asks all servers.
bool may_take_away(const verification& state, time_point now, const policy& rules) noexcept;

/// Whether the zone's servers were last seen to differ in a record: then one of them alone says little of any.
bool is_seen_to_differ(const identity& subject, proof which) noexcept;

}  // namespace easydkim
