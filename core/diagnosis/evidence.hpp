// SPDX-License-Identifier: Apache-2.0
// Evidence: the answers behind an identity's status, for `status` and for disputes.
//
// A check brings an `observation`; `merge_evidence` keeps of it what is news. So a domain that stays as it is
// costs no write, whatever the number of checks, and whichever of its servers each of them asks.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/diagnosis/diagnosis_report.hpp"
#include "core/finding.hpp"
#include "core/identity.hpp"
#include "core/time_point.hpp"

namespace easydkim {

/// An answer of the DNS. All text is printable; empty where the answer had none.
struct answer_seen {
  time_point at{};
  std::string name;       // what was asked: TOKEN._domainkey.DOMAIN
  std::string type;       // "CNAME", "TXT"
  std::string server;     // who was asked: "ns1.example.net (192.0.2.1)", or "192.0.2.53:53" for a resolver
  std::string rcode;      // "NOERROR", "NXDOMAIN", "SERVFAIL"; "TIMEOUT" and the like without an answer
  std::string flags;      // of "aa", "tc", "ad", those that were set, with blanks between
  std::string target;     // of the record, as it was
  std::uint32_t ttl = 0;  // seconds, of the record, or of the negative answer
  std::string extended_error;  // RFC 8914: "EDE 7 (Signature Expired): text"

  bool operator==(const answer_seen&) const = default;
};

/// The zone that holds the records, as it was last seen.
struct zone_seen {
  std::string apex;                  // lower case, without the last dot
  std::vector<std::string> servers;  // names of its name servers, sorted
  std::string primary;               // MNAME of its SOA
  std::uint32_t serial = 0;

  bool operator==(const zone_seen&) const = default;
};

/// One of the zone's servers, and whether it has a record.
struct server_sighting {
  std::string name;     // "ns1.example.net"
  std::string address;  // "192.0.2.1"
  finding_kind has = finding_kind::unchecked;
  std::optional<std::uint32_t> serial{};  // of the zone there, when it was asked

  bool operator==(const server_sighting&) const = default;
};

/// Where a record is.
struct record_sighting {
  enum class visibility : std::uint8_t {
    unknown,  // the resolver was not asked
    hidden,   // the resolver does not show it (yet)
    visible,  // the resolver shows it
  };
  std::vector<server_sighting> published{};  // the zone's servers that were asked; none: none was
  visibility visible = visibility::unknown;
  std::optional<time_point> visible_at{};  // hidden: when the cache lets it through

  bool operator==(const record_sighting&) const = default;
};

/// What one check adds. Empty members change nothing.
struct observation {
  std::vector<answer_seen> answers;  // in the order of time
  std::optional<zone_seen> zone;
  std::array<std::optional<record_sighting>, most_records> records{};
  std::optional<diagnosis_report> diagnosed;

  bool empty() const noexcept;
};

/// Bounded, whatever the DNS says: `merge_evidence` keeps no more than this, and cuts longer texts.
struct evidence {
  static constexpr std::size_t most_answers = 20;
  static constexpr std::size_t most_servers = 12;     // of a zone, and of a record (most zones have 2 to 4)
  static constexpr std::size_t longest_text = 103;    // of a server, a target, an error: an excerpt
  static constexpr std::size_t longest_name = 253;    // of a domain name
  static constexpr std::size_t longest_address = 45;  // of IPv6 with an IPv4 part
  static constexpr std::size_t longest_explanation = 600;
  static constexpr std::size_t most_octets = 16 * 1024;  // all of it, as `octets_of` counts

  std::vector<answer_seen> answers;  // the latest, oldest first
  std::optional<zone_seen> zone;
  std::optional<zone_seen> zone_at_success;  // as it was when DKIM was last verified
  std::array<record_sighting, most_records> records{};
  std::optional<diagnosis_report> diagnosed;

  bool operator==(const evidence&) const = default;
};

/// The octets that `kept` takes in the store, at most (core/store/records/evidence_record.hpp).
std::size_t octets_of(const evidence& kept) noexcept;

/// `before` with what is new in `news`; nothing when nothing is.
///   answers    one that differs, in more than time and TTL, from the last one kept of that name, type and
///              server. Of a server that has none among the kept when these are as many as may be, only one
///              that no other server gave for that name. The oldest that a later one of its name, type and
///              server replaces goes first, then the oldest.
///   zone       other name servers, primary or apex; a new serial alone is none
///   records    a server that has the record, or has it no longer; the resolver likewise; another time at
///              which caches let it through, by more than a minute
///   diagnosed  other codes, or other things observed
/// `now_verified`: the check made the DKIM proof `success`, so its zone is remembered, and of the diagnoses
/// stays what is only worth knowing, and what this check found wrong with records in place.
struct merge_order {
  const evidence& before;
  const observation& news;
  bool now_verified = false;
};
std::optional<evidence> merge_evidence(const merge_order& order);

}  // namespace easydkim
