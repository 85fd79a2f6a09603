// SPDX-License-Identifier: Apache-2.0
// A label of the shape of a token that nobody was ever given: what the zone says of it, it makes up.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "core/token.hpp"

namespace easydkim {

/// `random`: fills a span from a cryptographic generator.
inline std::string random_label(const std::function<void(std::span<std::uint8_t>)>& random) {
  std::array<std::uint8_t, token::octets> bits{};
  random(bits);
  return token{bits}.text();
}

}  // namespace easydkim
