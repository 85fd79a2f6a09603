// SPDX-License-Identifier: Apache-2.0
// A finding: what the DNS shows of one record, and the sentence for its owner.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/verification.hpp"

namespace easydkim {

enum class finding_kind : std::uint8_t {
  unchecked,     // nobody has looked yet
  found,         // the record is there and says what it should
  absent,        // the DNS says that it does not exist
  wrong_target,  // something is there, but not what verifies
  no_answer,     // the DNS said nothing that counts; never evidence
};

enum class finding_reason : std::uint8_t {
  none,                 // unchecked, found
  unconfirmed,          // found: seen, but the confirmation was not answered, so it does not verify yet
  no_such_name,         // absent: NXDOMAIN
  no_such_type,         // absent: the name exists, but has no record of the type (NODATA)
  other_target,         // wrong_target: a CNAME to somewhere else
  several_cnames,       // wrong_target: more than one CNAME (RFC 2181 section 10.1)
  redirected,           // wrong_target: a DNAME above the name makes it up (RFC 6672)
  answers_everything,   // wrong_target: a decoy name, never issued, answers like a token
  timeout,              // no_answer: no packet came back
  unreachable,          // no_answer: the resolver could not be asked at all
  servfail,             // no_answer: RCODE 2
  refused,              // no_answer: RCODE 5
  other_rcode,          // no_answer: FORMERR, NOTIMP and the rest
  truncated,            // no_answer: cut off, also over TCP
  unreadable,           // no_answer: breaks the rules of an answer, or answers something else
  case_changed,         // no_answer: the question came back in other letter case (may be forged)
  referral,             // no_answer: a server that points elsewhere instead of resolving
  other_text,           // wrong_target: TXT records, but not the one that was issued
  alias,                // wrong_target: a CNAME where the TXT record should be
  on_some_servers,      // absent: some of the zone's servers have it, some say that it does not exist
  not_visible,          // found: the zone's servers have it, but the resolver does not show it yet
  not_authoritative,    // no_answer: a server of the zone that answers without authority for it (no AA)
  servers_unreachable,  // no_answer: none of the zone's servers, or too few, could be asked
  servers_disagree,     // no_answer: servers do not agree on which servers, or which zone, hold the name
  addresses_uncertain,  // no_answer: only servers have it whose addresses their own zone does not confirm
  parent_unreachable,   // no_answer: no server of the zone above the domain, or too few, answer
  busy,  // no_answer: nobody was asked, as we ask the zone's servers no more often; never stored
};
inline constexpr finding_reason last_finding_reason = finding_reason::parent_unreachable;  // of those in records

struct finding {
  finding_kind kind = finding_kind::unchecked;
  finding_reason reason = finding_reason::none;
  std::string observed;  // what was there, in presentation format; empty when nothing was

  bool operator==(const finding&) const = default;
};

/// Whether more than half of a zone's servers have a record.
enum class majority : std::uint8_t {
  unknown,  // those that are silent might have it
  has,
  lacks,
};

/// "found", "wrong_target", ...: the words of the control socket.
std::string_view to_string(finding_kind kind) noexcept;

/// The reason as a short word for logs: "nxdomain", "servfail", ...
std::string_view to_string(finding_reason reason) noexcept;

/// True for what may fail an identity or take its signing away: the DNS said that the record is not right.
constexpr bool is_conclusive_negative(finding_kind kind) noexcept {
  return kind == finding_kind::absent || kind == finding_kind::wrong_target;
}

/// Whether anybody was asked for the record: otherwise nothing is known of it, and nothing is kept.
constexpr bool was_asked_for(const finding& shown) noexcept {
  return shown.kind != finding_kind::unchecked && shown.reason != finding_reason::busy;
}

/// A record as its owner should publish it.
struct published_record {
  proof of = proof::dkim;  // decides the type
  std::string name;
  std::string value;

  bool operator==(const published_record&) const = default;
};

/// One sentence for the owner of the domain: what was seen of `wanted`, and what to do. Foreign text in it is
/// quoted and cut at 100.
std::string explanation(const finding& shown, const published_record& wanted);

}  // namespace easydkim
