// SPDX-License-Identifier: Apache-2.0
// Who waits for an answer: what goes first where not all can go at once.
#pragma once

#include <cstdint>

namespace easydkim {

enum class urgency : std::uint8_t {
  poll,         // nobody: it comes again anyway
  first_check,  // the owner of a domain that was just issued, perhaps
  person,       // somebody who asked for it, and sits there
};
inline constexpr int urgencies = 3;

}  // namespace easydkim
