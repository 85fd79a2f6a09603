// SPDX-License-Identifier: Apache-2.0
// The evidence of an identity as bytes on disk, version 1. Numbers are big-endian; times are milliseconds
// since 1970, signed.
//
//   octets   what
//   1        version: 1
//   1        count of answers; each of them:
//     8 + 4    at, TTL
//     7 texts  name, type, server, rcode, flags, target, extended error
//   zone      optional
//   zone      optional: at the last success
//   4 times  record, the three of DKIM and that of TXT:
//     1        whether the resolver shows it, in the order of `record_sighting::visibility`
//     8        optional: when caches let it through
//     1        count of servers; each of them:
//       1        what it has, in the order of `finding_kind`
//       4        optional: serial of the zone there
//       2 texts  name, address
//   diagnoses optional:
//     8        at
//     5 times  of each record, then of the whole:
//       1        code
//       8        optional: until
//       3 texts  explanation, observed, server
//   4        CRC-32C (Castagnoli) of everything before
//
// A zone is its serial (4), the texts apex and primary, and its count of servers (1) with a text for each. A
// text is two octets of length and its octets. What is optional stands behind an octet: 0 not there, 1 there.
// All of it has at most 16 KiB, which `merge_evidence` (core/diagnosis/evidence.hpp) sees to.
//
// Evidence is made again by the next checks, so bytes that cannot be read cost nothing but what they told:
// neither an identity nor the start of the daemon depends on them.
//
// Example: one answer, at 2026-11-23T07:51:11Z with TTL 300, the CNAME a.b asked of n, NXDOMAIN; the server n
// at 1 has the first record, with serial 9, and the resolver does not show it yet:
//   | 01  01
//   | 00 00 01 A2 07 63 31 98  00 00 01 2C
//   | 00 03 61 2E 62  00 05 43 4E 41 4D 45  00 01 6E  00 08 4E 58 44 4F 4D 41 49 4E  00 00  00 00  00 00
//   | 00  00
//   | 01  00  01  01  01 00 00 00 09  00 01 6E  00 01 31
//   | 00 00 00  00 00 00  00 00 00
//   | 00
//   | 55 2B AE 96
#pragma once

#include <boost/system/result.hpp>
#include <string>
#include <string_view>

#include "core/diagnosis/evidence.hpp"
#include "core/store/records/record.hpp"

namespace easydkim {

/// The bytes of `subject`. Precondition: no longer than `merge_evidence` makes it.
std::string encode(const evidence& subject);

/// The evidence in `bytes`. Strict: what it takes, `encode` makes again octet by octet.
boost::system::result<evidence, record_fault> decode_evidence(std::string_view bytes);

}  // namespace easydkim
