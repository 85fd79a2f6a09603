// SPDX-License-Identifier: Apache-2.0
// The summary of an identity: what counting and scheduling need. Enough to make the queue again at a start of
// the daemon, without the tokens, the domain and the findings.
#pragma once

#include <string_view>

#include "core/identity.hpp"

namespace easydkim {

/// A view of the names of the account and of the suffix.
struct identity_summary {
  identity_id id = 0;
  std::string_view account;
  std::string_view target_suffix{};
  bool dkim_enabled = true;
  verification dkim{};
  verification txt{};

  bool operator==(const identity_summary&) const = default;
};

/// Valid as long as `subject`.
identity_summary summary_of(const identity& subject) noexcept;

const verification& state_of(const identity_summary& subject, proof which) noexcept;

/// As of the identity.
bool is_signing_enabled(const identity_summary& subject) noexcept;

}  // namespace easydkim
