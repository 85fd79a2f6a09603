// SPDX-License-Identifier: Apache-2.0
#include "daemon/ses_api/signature/digest.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include <limits>
#include <stdexcept>

namespace easydkim {
namespace {

const std::uint8_t* octets_of(std::string_view text) {
  return reinterpret_cast<const std::uint8_t*>(text.data());
}

}  // namespace

sha256_digest sha256(std::string_view text) {
  sha256_digest digest{};
  if (::SHA256(octets_of(text), text.size(), digest.data()) == nullptr)
    throw std::runtime_error{"OpenSSL does not give SHA-256 (SHA256 failed)"};
  return digest;
}

sha256_digest hmac_sha256(std::span<const std::uint8_t> key, std::string_view text) {
  if (key.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()))
    throw std::length_error{"a key longer than OpenSSL takes"};
  sha256_digest digest{};
  unsigned length = 0;
  if (::HMAC(::EVP_sha256(), key.data(), static_cast<int>(key.size()), octets_of(text), text.size(),
             digest.data(), &length) == nullptr ||
      length != digest.size())
    throw std::runtime_error{"OpenSSL does not give HMAC with SHA-256 (HMAC failed)"};
  return digest;
}

std::string to_hex(const sha256_digest& digest) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(2 * digest.size());
  for (const std::uint8_t octet : digest) {
    text += digits[octet >> 4];
    text += digits[octet & 0xF];
  }
  return text;
}

bool equal_in_constant_time(std::string_view one, std::string_view other) noexcept {
  return one.size() == other.size() && ::CRYPTO_memcmp(one.data(), other.data(), one.size()) == 0;
}

}  // namespace easydkim
