// SPDX-License-Identifier: Apache-2.0
// Settles a check: writes the verdict and the new evidence in one transaction.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>

#include "core/check.hpp"
#include "core/diagnosis/evidence.hpp"
#include "core/error.hpp"
#include "core/identity.hpp"
#include "core/policy.hpp"
#include "daemon/operations/identity_effects.hpp"
#include "daemon/storage/group_commit.hpp"

namespace easydkim {

/// Implements the poller's hook of that name. Runs on the thread of the io_context; what it is made of must
/// outlive it.
class settlement {
 public:
  struct dependencies {
    group_commit& writer;
    const identity_effects& effects;
    std::function<time_point()> now;
    policy rules;
  };
  explicit settlement(dependencies with) : with_{std::move(with)} {}

  /// Judges `answers` against the stored identity, and writes the verdict and what of `news` is
  /// new (nothing, when nothing is). A verdict never depends on `news`. Then calls `written` with the identity as
  /// it is stored afterwards; nothing when it was deleted meanwhile, or could not be written.
  void settle(identity_id id, const check& answers, const observation& news,
              std::function<void(std::optional<identity>)> written);

 private:
  void log_kept(identity_id id, errc why);

  dependencies with_;
  std::size_t unlogged_ = 0;  // refused updates since the last line of the log
  std::optional<time_point> logged_at_;
};

}  // namespace easydkim
