// SPDX-License-Identifier: Apache-2.0
// Keeps the counts, the schedule of checks, the change feed and the log in step with what was made durable.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/identity.hpp"
#include "core/policy.hpp"
#include "daemon/operations/caller.hpp"
#include "daemon/operations/census.hpp"
#include "daemon/operations/change_feed.hpp"
#include "resolver/polling/poller.hpp"

namespace easydkim {

/// An identity before and after a write; either may be missing.
struct committed_change {
  std::optional<identity> before;
  std::optional<identity> after;
  std::string diagnosed{};  // why its records are not right, when that was found out
};

/// Runs on the thread of the poller's io_context. What it is made of must outlive it.
class identity_effects {
 public:
  struct dependencies {
    poller& polling;
    census& counts;
    change_feed& feed;
    std::function<time_point()> now;
    policy rules;
    record_naming naming;
  };
  explicit identity_effects(dependencies with) : with_{std::move(with)} {}

  /// Follows a change that the DNS showed.
  void follow(const committed_change& change) const { follow(change, ""); }

  /// Follows a change that `by` wished, and logs it.
  void follow(const committed_change& change, const caller& by) const;

  /// Follows a change that is logged elsewhere. `by`: who wished it, as `to_string` of the caller.
  void follow(const committed_change& change, const std::string& by) const;

 private:
  void schedule(const committed_change& change, proof which) const;
  std::string publish_status(const committed_change& change, proof which, const std::string& by) const;
  void publish_signing(const committed_change& change, std::string reason, const std::string& by) const;

  dependencies with_;
};

/// What a caller's wish did to an identity, in words for the log: "issued", "deleted", "disabled". Completes
/// "operations, ... 'example.com'". `before` and `after`: the identity around one write of one caller;
/// nothing where it was not there. Empty when nothing changed.
std::string_view asked_change(const std::optional<identity>& before, const std::optional<identity>& after);

}  // namespace easydkim
