// SPDX-License-Identifier: Apache-2.0
// A DKIM token: the first label of the record that an owner publishes.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/error.hpp"

namespace easydkim {

/// 160 bits, shown as 32 characters of a-z2-7 (base32 of RFC 4648 in lower case, the shape of SES's tokens).
class token {
 public:
  static constexpr std::size_t octets = 20;
  static constexpr std::size_t characters = 32;

  token() = default;
  explicit token(std::span<const std::uint8_t, octets> bits) noexcept;

  /// Reads 32 characters of a-z2-7. Error: `token_malformed`.
  static result<token> parse(std::string_view text);

  std::string text() const;
  /// The same, in place.
  std::array<char, characters> letters() const noexcept;
  std::span<const std::uint8_t, octets> bits() const noexcept { return bits_; }

  auto operator<=>(const token&) const = default;

 private:
  std::array<std::uint8_t, octets> bits_{};
};

/// The three tokens of an identity, and so its three records.
inline constexpr std::size_t records_per_identity = 3;
using token_set = std::array<token, records_per_identity>;

/// Three tokens from 60 random octets, which must come from a cryptographic generator.
token_set make_tokens(std::span<const std::uint8_t, records_per_identity * token::octets> random) noexcept;

}  // namespace easydkim
