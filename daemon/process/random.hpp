// SPDX-License-Identifier: Apache-2.0
// Random octets for tokens and query ids.
#pragma once

#include <cstdint>
#include <span>

namespace easydkim {

/// Fills `octets` from OpenSSL's cryptographic generator. Throws std::runtime_error when it has no entropy:
/// a token that can be guessed is worse than none. Thread-safe.
void fill_random(std::span<std::uint8_t> octets);

}  // namespace easydkim
