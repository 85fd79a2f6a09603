// SPDX-License-Identifier: Apache-2.0
// Tokens of deleted identities as bytes on disk. Numbers are big-endian; times are milliseconds since 1970,
// signed. Neither the domain nor the account can be read from them.
//
// Sets, the key:
//   octets   what
//   32       SHA-256 of the domain
//   8        the first octets of the SHA-256 of the account
// and the value, version 1:
//   1        version: 1
//   1        count, 1 to 4; each of them, the latest first:
//     8        when it was deleted
//     60       the three tokens, 20 octets each
//   4        CRC-32C (Castagnoli) of everything before
//
// Tokens, the key: its 20 octets; and the value, version 1:
//   1        version: 1
//   8        the first octets of the SHA-256 of the account
//   8        when it was deleted
//   4        CRC-32C of the token and of everything before
//
// So both are found, and neither tells whose they were to who has only the file.
//
// Example of a set: tokens of 20 times 11, 22 and 33, deleted at 2026-11-23T07:51:11Z:
//   S| 01  01  00 00 01 A2 07 63 31 98
//   S| 11 11 11 11 11 11 11 11 11 11 11 11 11 11 11 11 11 11 11 11
//   S| 22 22 22 22 22 22 22 22 22 22 22 22 22 22 22 22 22 22 22 22
//   S| 33 33 33 33 33 33 33 33 33 33 33 33 33 33 33 33 33 33 33 33
//   S| C9 4B 2B 80
//
// Example of a token of 20 times 11, of an account whose SHA-256 begins with 01 to 08, at the same time:
//   T| 01  01 02 03 04 05 06 07 08  00 00 01 A2 07 63 31 98  4C 74 C6 06
#pragma once

#include <array>
#include <boost/system/result.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/former_token_set.hpp"
#include "core/store/records/record.hpp"

namespace easydkim {

/// SHA-256 of a text, which core does not compute itself. Called on every thread of the store.
using store_digest = std::function<std::array<std::uint8_t, 32>(std::string_view)>;

/// The first octets of the SHA-256 of an account.
using account_mark = std::array<char, 8>;
account_mark mark_of(const store_digest& digest, std::string_view account);

/// The key of the sets of an account's domain.
std::string former_sets_key(const store_digest& digest, std::string_view account, std::string_view domain);

/// Precondition: 1 to `most_former_sets` of them.
std::string encode(const std::vector<former_token_set>& sets);

/// Strict: what it takes, `encode` makes again octet by octet.
boost::system::result<std::vector<former_token_set>, record_fault> decode_former_sets(std::string_view bytes);

/// Who had a token that is deleted, and until when.
struct former_owner {
  account_mark account{};
  time_point deleted_at{};

  bool operator==(const former_owner&) const = default;
};
std::string encode(const token& key, const former_owner& owner);

/// Strict, too. `token_key`: the octets of the token.
boost::system::result<former_owner, record_fault> decode_former_owner(std::string_view token_key,
                                                                      std::string_view bytes);

}  // namespace easydkim
