// SPDX-License-Identifier: Apache-2.0
// Watches a simulated life from outside: it hears every answer of the DNS, knows what the zone truly holds
// and measures in true time, whatever the wall clock says. It throws std::runtime_error as soon as the daemon
// breaks a promise:
//   - a proof becomes Success only while the zone holds all of its records;
//   - it becomes Failed or TemporaryFailure only in a check that the DNS answered against it;
//   - silence changes no status;
//   - Failed comes only after a whole window or grace, TemporaryFailure only after three losses in a row;
//   - a published record is noticed within 5 % of the time that its owner took (15 s to 10 min).
#pragma once

#include <optional>
#include <vector>

#include "core/identity.hpp"
#include "core/policy.hpp"

namespace easydkim::tests {

/// Times are true times since the begin of the life.
class witness {
 public:
  /// `records`: how many the owner of the proof publishes.
  witness(const policy& rules, std::size_t records) : rules_{rules}, records_{static_cast<int>(records)} {}

  /// VerifyDomainDkim began a window.
  void window_began(duration now);

  /// From now on (again) every identity is looked at in time.
  void daemon_started(duration now) { last_look_ = now; }

  /// One answer of the check under way.
  void answered(const finding& seen);
  void answered_control(const finding& seen);

  /// The check under way has ended, and the status became `to`, or stayed.
  struct verdict_seen {
    dkim_status from;
    dkim_status to;
    bool zone_holds_all = false;
    duration now{0};
  };
  void judged(const verdict_seen& seen);

  /// The check that just ended was a poll.
  void polled(duration now) { last_look_ = now; }

  /// It is `now`, the daemon is running, and nothing has been looked at since the last poll.
  void nothing_overdue(dkim_status status, duration now) const;

 private:
  void allow_change(const verdict_seen& seen) const;

  policy rules_;
  int records_;
  duration window_began_{0};
  duration lost_{0};
  duration last_look_{0};
  int losses_in_a_row_ = 0;
  int for_it_ = 0;      // answers of the check under way
  int against_it_ = 0;  // likewise
};

}  // namespace easydkim::tests
