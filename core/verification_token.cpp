// SPDX-License-Identifier: Apache-2.0
#include "core/verification_token.hpp"

#include <algorithm>
#include <string_view>

namespace easydkim {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

verification_token::verification_token(std::span<const std::uint8_t, octets> bits) noexcept {
  std::ranges::copy(bits, bits_.begin());
}

std::string verification_token::text() const {
  std::string text;
  text.reserve(characters);
  std::uint32_t window = 0;
  unsigned held = 0;  // bits of `window` not yet shown
  for (const std::uint8_t octet : bits_) {
    window = (window << 8 | octet) & 0x3FFF;
    for (held += 8; held >= 6; held -= 6) text += alphabet[window >> (held - 6) & 63];
  }
  text += alphabet[window << (6 - held) & 63];  // 256 bits leave four over
  text += '=';
  return text;
}

}  // namespace easydkim
