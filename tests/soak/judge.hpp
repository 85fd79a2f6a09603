// SPDX-License-Identifier: Apache-2.0
// Who holds the daemon under test to the invariants of a month, from outside: it hears the tidings, keeps
// what was acknowledged, knows what owners published, and looks at the store whenever no daemon runs.
//
//   I1  what was acknowledged is in the store, octet by octet, and nothing else is
//   I2  a proof becomes Success only while its owner has published all of it
//   I3  no proof fails, or loses its success, but by a check that the DNS answered against it, in time
//   I4  every request is answered, and the daemon ends only when it is told to, or killed
//   I5  descriptors, memory and pages stay within what the identities need
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>

#include "core/policy.hpp"
#include "core/store/identity_store.hpp"
#include "tests/soak/tiding.hpp"
#include "tests/soak/world.hpp"

namespace easydkim::soak {

/// An invariant does not hold; `what()` begins with its name.
struct broken_promise : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Copyable: a daemon under test begins with what its judge knows.
class judge {
 public:
  struct tally {
    std::uint64_t requests = 0, refusals = 0, verdicts = 0, restarts = 0, kills = 0;
    std::uint64_t adopted = 0;                      // changes that were on disk, but not told before a kill
    std::map<dkim_status, std::uint64_t> became{};  // by checks
  };

  /// Throws `broken_promise`.
  void hear(const tiding& told, const world& truth, const policy& rules);

  /// The daemon is gone. Compares all of the store with what was acknowledged, and takes over what was under
  /// way when it was killed. Throws `broken_promise`.
  void compare(const identity_store& store, const world& truth, const policy& rules);

  /// A daemon has ended, in order or killed.
  void restarted(bool in_order) noexcept { ++(in_order ? count_.restarts : count_.kills); }

  /// By name; what the next daemon must find.
  const std::map<subject_name, identity>& acknowledged() const noexcept { return acknowledged_; }

  /// Of all that was heard but figures, in its order: two runs of one seed have the same.
  std::uint64_t trace() const noexcept { return trace_; }
  const tally& count() const noexcept { return count_; }
  time_point last_heard() const noexcept { return last_heard_; }

 private:
  /// A change that may be on disk or not.
  struct under_way {
    subject_name about;
    tiding why;
  };
  struct verdict;

  void take(const subject_name& about, const std::optional<identity>& stored);
  void check_verdict(const verdict& seen, const world& truth, const policy& rules);
  void check_figures(const std::string& words) const;
  void adopt(const under_way& doubt, const std::optional<identity>& found, const world& truth,
             const policy& rules);
  const identity* with_id(identity_id id) const;

  std::map<subject_name, identity> acknowledged_;
  std::map<identity_id, subject_name> names_;
  std::set<identity_id> used_ids_;
  std::map<std::uint64_t, under_way> requests_;
  std::optional<tiding> judging_;
  std::map<std::pair<identity_id, proof>, int> losses_;  // checks in a row
  std::uint64_t trace_ = 0;
  tally count_;
  time_point last_heard_{};
};

}  // namespace easydkim::soak
