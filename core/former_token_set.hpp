// SPDX-License-Identifier: Apache-2.0
// The tokens that an identity had until it was deleted.
#pragma once

#include "core/time_point.hpp"
#include "core/token.hpp"

namespace easydkim {

struct former_token_set {
  token_set tokens{};
  time_point deleted_at{};

  bool operator==(const former_token_set&) const = default;
};

/// How long they are kept by the domain, where the owner may still have their records, and how many.
inline constexpr duration former_sets_last = std::chrono::hours{24 * 365};
inline constexpr std::size_t most_former_sets = 4;

/// Whether a token was of an identity that is deleted.
enum class former_use : std::uint8_t {
  none,             // as far as anybody knows
  same_account,     // which may import it again
  another_account,  // so that records an owner left behind would prove a domain for somebody else
};

}  // namespace easydkim
