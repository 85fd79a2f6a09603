// An identity as bytes on disk, version 3 or 4. Numbers are big-endian; times are milliseconds since 1970,
// signed.
//
//   octets   what
//   1        version: 4 when the TXT proof was asked for, otherwise 3
//   1        flags: 1 dkim_enabled, 2 has verified_at, 4 has lost_at, 8 has checked_at
//   1        status of DKIM, in the order of `dkim_status`
//   1        misses
//   8        id
//   8 + 8    created_at, window_started_at
//   8 each   verified_at, lost_at, checked_at; zeros for those that it has not
//   60       the three tokens, 20 octets each
//   1 + n    account: length, text
//   1 + n    domain: length, text
//   3 times  finding: kind, reason, length of what was observed, what was observed (at most 255 octets kept)
//
//   version 4 only: the TXT proof
//   1        flags: 2 has verified_at, 4 has lost_at, 8 has checked_at
//   1        status, not `not_started`
//   1        misses
//   8        window_started_at
//   8 each   verified_at, lost_at, checked_at; zeros for those that it has not
//   32       the token
//   3 + n    finding
//
//   4        CRC-32C (Castagnoli) of everything before
//
// So a check makes no record longer, but for what was observed: records fill their pages, and one that grows
// has its page split in two. Versions 1 (without a TXT proof) and 2 had only those times that the flags
// name; they are read, and no longer written. New values of the enums are appended, never inserted: their
// numbers stand in every record.
//
// Example of version 3: id 7, a.example under the account `ops`, tokens of 20 times 11, 22 and 33, issued at
// 2026-11-23T07:51:11Z, pending, the second record seen with a CNAME to x.:
//   3| 03  01  01  00 00 00 00 00 00 00 00 07
//   3| 00 00 01 A2 07 63 31 98  00 00 01 A2 07 63 31 98
//   3| 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
//   3| 11 11 11 11 11 11 11 11 11 11 11 11 11 11 11 11 11 11 11 11
//   3| 22 22 22 22 22 22 22 22 22 22 22 22 22 22 22 22 22 22 22 22
//   3| 33 33 33 33 33 33 33 33 33 33 33 33 33 33 33 33 33 33 33 33
//   3| 03 6F 70 73  09 61 2E 65 78 61 6D 70 6C 65
//   3| 00 00 00  03 04 02 78 2E  00 00 00
//   3| 3E 0A A8 3D
//
// Example of version 4: the same, and a TXT token of 32 times 44, asked for at the same time and verified 44
// seconds later:
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
//
// The same two in versions 1 and 2:
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
#include "core/outline.hpp"

namespace easydkim {

/// Why bytes are no record.
enum class record_fault : std::uint8_t {
  checksum,         // overwritten, cut off, or never a record
  unknown_version,  // whole, but of a format that a later version wrote
  content,          // whole, but with a value that no identity has
};

/// What is wrong, to follow "the record ...": "does not match its checksum".
std::string_view to_string(record_fault fault) noexcept;

/// The bytes of `subject`. Precondition: the account is one by `is_account_name`.
std::string encode(const identity& subject);

/// The outline of the identity in `bytes`; nothing when they are too short or of an unknown version, or hold
/// a value that none has. Several times as fast as `decode`, for it does not look at the checksum: what it
/// tells of bytes that are not as they were written may be wrong. Valid as long as `bytes`.
std::optional<outline> decode_outline(std::string_view bytes);

/// The identity in `bytes`. Strict: what it takes of the versions that are written, `encode` makes again
/// octet by octet.
boost::system::result<identity, record_fault> decode(std::string_view bytes);

}  // namespace easydkim
