// SPDX-License-Identifier: Apache-2.0
// SHA-256 and what Signature Version 4 builds on it. All of OpenSSL that the SES API needs is here.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace easydkim {

using sha256_digest = std::array<std::uint8_t, 32>;

/// FIPS 180-4. Throws std::runtime_error when OpenSSL refuses to work.
sha256_digest sha256(std::string_view text);

/// RFC 2104 with SHA-256. `key`: at most 2^31 - 1 octets. Throws like `sha256`.
sha256_digest hmac_sha256(std::span<const std::uint8_t> key, std::string_view text);

/// 64 lower-case hexadecimal digits.
std::string to_hex(const sha256_digest& digest);

/// Takes the same time wherever the texts differ; only their lengths show.
bool equal_in_constant_time(std::string_view one, std::string_view other) noexcept;

}  // namespace easydkim
