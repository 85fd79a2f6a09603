// What counting and scheduling need of an identity: enough to make the queue again at a start of the daemon,
// without the tokens, the domain, and what was seen.
#pragma once

#include <string_view>

#include "core/identity.hpp"

namespace easydkim {

/// A view of the names of the account and of the suffix.
struct outline {
  identity_id id = 0;
  std::string_view account;
  std::string_view target_suffix{};
  bool dkim_enabled = true;
  verification dkim{};
  verification txt{};

  bool operator==(const outline&) const = default;
};

/// Valid as long as `subject`.
outline outline_of(const identity& subject) noexcept;

const verification& state_of(const outline& subject, proof which) noexcept;

/// As of the identity.
bool is_signing_enabled(const outline& subject) noexcept;

}  // namespace easydkim
