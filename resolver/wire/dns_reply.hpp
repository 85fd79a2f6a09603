// SPDX-License-Identifier: Apache-2.0
// A DNS reply as values: for what is asked now and then (zones, servers, diagnosis) and wants more than one
// record. The verdict never rests on it: that reads the bytes (dns_answer.hpp).
//
// Problem: names are compressed, so 64 KiB from a stranger can be ten mebibytes of text. Choice: only what
// was asked for is kept, and not more than a bound; the rest is walked over. Cost: what was left out must
// never be taken for absent (`is_partial`).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "resolver/wire/dns_question.hpp"

namespace easydkim {

/// RFC 1035 section 3.3.13.
struct start_of_authority {
  std::string primary;  // MNAME
  std::uint32_t serial = 0;
  std::uint32_t minimum = 0;  // seconds; negative answers live for the lesser of this and the TTL (RFC 2308)

  bool operator==(const start_of_authority&) const = default;
};

struct resource_record {
  std::string owner;  // presentation format in lower case, without the last dot; "." for the root
  rr_type type{};
  std::uint32_t ttl = 0;  // seconds
  std::string text;       // NS, CNAME, DNAME: the target, as `owner`; A, AAAA: the address; TXT: its strings
                          // joined, as octets; SOA: the primary; others: empty
  start_of_authority soa{};  // of SOA
};

/// RFC 8914.
struct extended_error {
  std::uint16_t code = 0;
  std::string text;  // printable
};

struct dns_reply {
  /// What is kept at most: records of answer and of authority each, addresses of one server, octets of text.
  static constexpr std::size_t most_records = 64;
  static constexpr std::size_t most_addresses_of_a_server = 8;
  static constexpr std::size_t most_text = 4096;

  /// What a server that answers for its own zones (RD=0) may send at most.
  static constexpr std::size_t most_records_of_authority = 256;
  static constexpr std::size_t longest_of_authority = 4096;  // octets

  unsigned rcode = 0;  // RFC 1035 section 4.1.1: 0 no error, 2 SERVFAIL, 3 NXDOMAIN, 5 REFUSED
  bool authoritative = false;
  bool truncated = false;
  bool recursion_available = false;  // RA: who answered is a resolver
  bool authenticated = false;  // AD: who answered has checked DNSSEC
  bool kept_case = true;       // the question came back letter by letter
  bool is_partial = false;     // something that was wanted is left out: what is not here may still be there
  bool has_other_answers = false;  // records in the answer that nobody asked for

  /// Of class IN. Answer: the type that was asked for, at the name and where its CNAMEs lead; CNAME and
  /// DNAME. Authority: NS and SOA. Additional: addresses of the servers that NS records name.
  std::vector<resource_record> answer, authority, additional;
  std::optional<extended_error> error;

  bool says_no_such_name() const noexcept { return rcode == 3; }

  /// The records of the answer for `owner` (ignoring case) and `type`.
  std::vector<const resource_record*> answers(std::string_view owner, rr_type type) const;

  /// The SOA in answer or authority; null without.
  const resource_record* soa() const noexcept;

  /// NOERROR without answer, with NS records and no SOA in the authority section: who answered points
  /// elsewhere.
  bool is_referral() const noexcept;
};

/// What it takes of memory, in octets.
std::size_t memory_of(const dns_reply& reply) noexcept;

/// "NOERROR", "NXDOMAIN", "RCODE 23".
std::string rcode_text(unsigned code);

/// "RRSIG", "TYPE65280".
std::string type_text(rr_type type);

/// Reads `reply`, which answers `asked`; nothing when it breaks the form of a reply, answers another question
/// (letter case aside), or is from an authority and larger than one may be. Never reads outside `reply`,
/// never throws for its content.
std::optional<dns_reply> read_reply(std::span<const std::uint8_t> reply, const dns_question& asked);

}  // namespace easydkim
