// SPDX-License-Identifier: Apache-2.0
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

/// Which of the zone's servers a check asks.
struct server_choice {
  bool is_thorough = false;  // somebody waits for it, or it may take something away
  bool they_differ = false;  // they were last seen to differ in a record: one of them alone says little of any

  /// All of them, rather than one after the other until one has the record.
  bool asks_all(const question& next) const noexcept { return is_thorough || they_differ || next.control; }
};

/// For a check that begins at `now`.
server_choice servers_to_ask(const check_order& order, time_point now, const policy& rules) noexcept;

}  // namespace easydkim
