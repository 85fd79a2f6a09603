// SPDX-License-Identifier: Apache-2.0
// Derived keys of Signature Version 4, kept for as long as they are likely to be asked for again.
//
// A signature is made with a key that four HMACs derive from the secret, the day, the region and the service;
// a client's requests of one day share it. So a small table saves most of the work of a request. It holds no
// more than `most_keys`; when it is full it is emptied, which costs each client those four HMACs once. A
// stranger who names ever new regions can bring that about, and nothing worse.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>

#include "daemon/ses_api/signature/credential_scope.hpp"
#include "daemon/ses_api/signature/digest.hpp"
#include "daemon/ses_api/signature/secret.hpp"

namespace easydkim {

/// One derived key; overwritten when it goes.
struct signing_key {
  sha256_digest octets{};

  signing_key() = default;
  explicit signing_key(const sha256_digest& from) : octets{from} {}
  signing_key(const signing_key&) = default;
  signing_key& operator=(const signing_key&) = default;
  ~signing_key() { ::explicit_bzero(octets.data(), octets.size()); }
};

class signing_keys {
 public:
  static constexpr std::size_t most_keys = 256;

  /// The key of `scope` for the pair of `access_key_id` and `from`, derived when it is not here yet. An id
  /// must always come with the same secret. Valid until the next call.
  const signing_key& find(std::string_view access_key_id, const secret& from, const credential_scope& scope);

  std::size_t size() const noexcept { return keys_.size(); }

 private:
  std::unordered_map<std::string, signing_key> keys_;  // by access key id and scope
};

/// HMAC(HMAC(HMAC(HMAC("AWS4" secret, date), region), service), terminator).
signing_key derived_key(const secret& from, const credential_scope& scope);

}  // namespace easydkim
