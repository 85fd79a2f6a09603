// SPDX-License-Identifier: Apache-2.0
// An identity as bytes on disk, version 5 or 6. Numbers are big-endian; times are milliseconds since 1970,
// signed.
//
//   octets   what
//   1        version: 6 when the TXT proof was asked for, otherwise 5
//   1        flags: 1 dkim_enabled, 2 has verified_at, 4 has lost_at, 8 has checked_at, 16 has first_miss_at,
//            32, 64, 128 has majority_since of its first, second, third record
//   1        status of DKIM, in the order of `dkim_status`
//   1        misses
//   1        who verified it, in the order of `verifier`
//   2        number of the suffix (suffix_table.hpp)
//   8        id
//   8 + 8    created_at, window_started_at
//   8 each   verified_at, lost_at, checked_at, first_miss_at, three times majority_since; zeros for those that
//            it has not
//   60       the three tokens, 20 octets each
//   1 + n    account: length, text
//   1 + n    domain: length, text
//   3 times  finding: kind, reason, length of what was observed, what was observed (at most 255 octets kept)
//
//   version 6 only: the TXT proof
//   1        flags: 2 has verified_at, 4 has lost_at, 8 has checked_at, 16 has first_miss_at, 32 has
//            majority_since
//   1        status, not `not_started`
//   1        misses
//   1        who verified it
//   8        window_started_at
//   8 each   verified_at, lost_at, checked_at, first_miss_at, majority_since; zeros for those that it has not
//   32       the token
//   3 + n    finding
//
//   4        CRC-32C (Castagnoli) of everything before
//
// So a check makes no record longer, but for what was observed: records fill their pages, and one that grows
// has its page split in two. The versions before are read, and written anew when they change:
//
//   1, 2     without and with a TXT proof; only those times that the flags name, up to checked_at
//   3, 4     the same with all these times in place; written where a full store has no room for more
//
// Their suffix is the one that the store was opened with when it became one of version 5. New values of the
// enums are appended, never inserted: their numbers stand in every record.
//
// Example of version 5: id 7, a.example under the account `ops`, tokens of 20 times 11, 22 and 33, issued at
// 2026-11-23T07:51:11Z with suffix 1, pending, the second record seen with a CNAME to x., the third one at more
// than half of the servers since 44 seconds after the issue:
//   5| 05  81  01  00  00  00 01  00 00 00 00 00 00 00 07
//   5| 00 00 01 A2 07 63 31 98  00 00 01 A2 07 63 31 98
//   5| 00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00
//   5| 00 00 00 00 00 00 00 00
//   5| 00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  00 00 01 A2 07 63 DD 78
//   5| 11 11 11 11 11 11 11 11 11 11 11 11 11 11 11 11 11 11 11 11
//   5| 22 22 22 22 22 22 22 22 22 22 22 22 22 22 22 22 22 22 22 22
//   5| 33 33 33 33 33 33 33 33 33 33 33 33 33 33 33 33 33 33 33 33
//   5| 03 6F 70 73  09 61 2E 65 78 61 6D 70 6C 65
//   5| 00 00 00  03 04 02 78 2E  00 00 00
//   5| 2C 39 95 FE
//
// Example of version 6: the same, and a TXT token of 32 times 44, asked for at the same time and verified 44
// seconds later by resolvers in a fault of ours:
//   6| 06  81  01  00  00  00 01  00 00 00 00 00 00 00 07
//   6| 00 00 01 A2 07 63 31 98  00 00 01 A2 07 63 31 98
//   6| 00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00
//   6| 00 00 00 00 00 00 00 00
//   6| 00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  00 00 01 A2 07 63 DD 78
//   6| 11 11 11 11 11 11 11 11 11 11 11 11 11 11 11 11 11 11 11 11
//   6| 22 22 22 22 22 22 22 22 22 22 22 22 22 22 22 22 22 22 22 22
//   6| 33 33 33 33 33 33 33 33 33 33 33 33 33 33 33 33 33 33 33 33
//   6| 03 6F 70 73  09 61 2E 65 78 61 6D 70 6C 65
//   6| 00 00 00  03 04 02 78 2E  00 00 00
//   6| 2A  02  00  02  00 00 01 A2 07 63 31 98
//   6| 00 00 01 A2 07 63 DD 78  00 00 00 00 00 00 00 00  00 00 01 A2 07 63 DD 78
//   6| 00 00 00 00 00 00 00 00  00 00 01 A2 07 63 31 98
//   6| 44 44 44 44 44 44 44 44 44 44 44 44 44 44 44 44 44 44 44 44 44 44 44 44 44 44 44 44 44 44 44 44
//   6| 01 00 00
//   6| 28 EF 1E 40
//
// Examples of the versions before, 1 and 3 without a TXT proof, 2 and 4 with one, and nothing of a majority:
//   3| 03  01  01  00 00 00 00 00 00 00 00 07
//   3| 00 00 01 A2 07 63 31 98  00 00 01 A2 07 63 31 98
//   3| 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
//   3| 11 11 11 11 11 11 11 11 11 11 11 11 11 11 11 11 11 11 11 11
//   3| 22 22 22 22 22 22 22 22 22 22 22 22 22 22 22 22 22 22 22 22
//   3| 33 33 33 33 33 33 33 33 33 33 33 33 33 33 33 33 33 33 33 33
//   3| 03 6F 70 73  09 61 2E 65 78 61 6D 70 6C 65
//   3| 00 00 00  03 04 02 78 2E  00 00 00
//   3| 3E 0A A8 3D
//   4| 04  01  01  00 00 00 00 00 00 00 00 07
//   4| 00 00 01 A2 07 63 31 98  00 00 01 A2 07 63 31 98
//   4| 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
//   4| 11 11 11 11 11 11 11 11 11 11 11 11 11 11 11 11 11 11 11 11
//   4| 22 22 22 22 22 22 22 22 22 22 22 22 22 22 22 22 22 22 22 22
//   4| 33 33 33 33 33 33 33 33 33 33 33 33 33 33 33 33 33 33 33 33
//   4| 03 6F 70 73  09 61 2E 65 78 61 6D 70 6C 65
//   4| 00 00 00  03 04 02 78 2E  00 00 00
//   4| 0A  02  00 00 00 01 A2 07 63 31 98
//   4| 00 00 01 A2 07 63 DD 78  00 00 00 00 00 00 00 00  00 00 01 A2 07 63 DD 78
//   4| 44 44 44 44 44 44 44 44 44 44 44 44 44 44 44 44 44 44 44 44 44 44 44 44 44 44 44 44 44 44 44 44
//   4| 01 00 00
//   4| 29 98 D1 AB
//   1| 01  01  01  00  00 00 00 00 00 00 00 07
//   1| 00 00 01 A2 07 63 31 98  00 00 01 A2 07 63 31 98
//   1| 11 11 11 11 11 11 11 11 11 11 11 11 11 11 11 11 11 11 11 11
//   1| 22 22 22 22 22 22 22 22 22 22 22 22 22 22 22 22 22 22 22 22
//   1| 33 33 33 33 33 33 33 33 33 33 33 33 33 33 33 33 33 33 33 33
//   1| 03  6F 70 73  09  61 2E 65 78 61 6D 70 6C 65
//   1| 00 00 00  03 04 02 78 2E  00 00 00
//   1| 0D 79 6C FA
//   2| 02  01  01  00  00 00 00 00 00 00 00 07
//   2| 00 00 01 A2 07 63 31 98  00 00 01 A2 07 63 31 98
//   2| 11 11 11 11 11 11 11 11 11 11 11 11 11 11 11 11 11 11 11 11
//   2| 22 22 22 22 22 22 22 22 22 22 22 22 22 22 22 22 22 22 22 22
//   2| 33 33 33 33 33 33 33 33 33 33 33 33 33 33 33 33 33 33 33 33
//   2| 03  6F 70 73  09  61 2E 65 78 61 6D 70 6C 65
//   2| 00 00 00  03 04 02 78 2E  00 00 00
//   2| 0A  02  00  00 00 01 A2 07 63 31 98
//   2| 00 00 01 A2 07 63 DD 78  00 00 01 A2 07 63 DD 78
//   2| 44 44 44 44 44 44 44 44 44 44 44 44 44 44 44 44 44 44 44 44 44 44 44 44 44 44 44 44 44 44 44 44
//   2| 01 00 00
//   2| 0B C6 78 9F
#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/identity.hpp"
#include "core/identity_summary.hpp"
#include "core/store/records/suffix_table.hpp"

namespace easydkim {

/// Why bytes are no record.
enum class record_fault : std::uint8_t {
  checksum,         // overwritten, cut off, or never a record
  unknown_version,  // whole, but of a format that a later version wrote
  content,          // whole, but with a value that no identity has
};

/// What is wrong, to follow "the record ...": "does not match its checksum".
std::string_view to_string(record_fault fault) noexcept;

/// The bytes of `subject`. Preconditions: the account is one by `is_account_name`, and its suffix is one of
/// `suffixes`.
std::string encode(const identity& subject, const suffix_table& suffixes = no_suffixes);

/// The same in the versions before, which are shorter: without since when a majority has the records, the
/// first miss, and who verified it. Nothing where its suffix is not theirs.
std::optional<std::string> encode_as_before(const identity& subject, const suffix_table& suffixes);

/// The summary of the identity in `bytes`; nothing when they are too short or of an unknown version, or hold
/// a value that none has. Several times as fast as `decode`, for it does not look at the checksum: what it
/// tells of bytes that are not as they were written may be wrong. Valid as long as `bytes` and `suffixes`.
std::optional<identity_summary> decode_summary(std::string_view bytes,
                                               const suffix_table& suffixes = no_suffixes);

/// The identity in `bytes`. Strict: what it takes of the versions that are written, `encode` makes again
/// octet by octet.
boost::system::result<identity, record_fault> decode(std::string_view bytes,
                                                     const suffix_table& suffixes = no_suffixes);

}  // namespace easydkim
