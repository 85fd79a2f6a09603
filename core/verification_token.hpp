// SPDX-License-Identifier: Apache-2.0
// The token of VerifyDomainIdentity: the text of the TXT record that an owner publishes.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace easydkim {

/// 256 bits, shown as 44 characters of base64 with padding (RFC 4648 section 4), the shape of SES's tokens.
class verification_token {
 public:
  static constexpr std::size_t octets = 32;
  static constexpr std::size_t characters = 44;

  verification_token() = default;

  /// `bits` must come from a cryptographic generator: nothing else keeps the token from being guessed.
  explicit verification_token(std::span<const std::uint8_t, octets> bits) noexcept;

  std::string text() const;
  std::span<const std::uint8_t, octets> bits() const noexcept { return bits_; }

  auto operator<=>(const verification_token&) const = default;

 private:
  std::array<std::uint8_t, octets> bits_{};
};

}  // namespace easydkim
