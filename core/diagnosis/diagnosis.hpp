// SPDX-License-Identifier: Apache-2.0
// A diagnosis: why a record does not verify. A code of the catalogue, and the sentence for the owner.
//
// The catalogue is one table (diagnosis_catalogue.cpp): code, class, SES's error type and the sentence. The
// resolver finds them (resolver/diagnosis/). A diagnosis explains; it never moves a verdict.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/time_point.hpp"
#include "core/verification.hpp"

namespace easydkim {

/// The causes. The numbers stand in stored evidence: new ones are appended, none is given twice.
enum class diagnosis_code : std::uint8_t {
  none = 0,                   // nothing is wrong, or nothing was looked for
  not_published = 1,          // the zone's servers say that the name does not exist
  partial = 2,                // some of the three records are right; of the whole identity only
  double_domain = 3,          // the panel appended the domain to the host
  missing_subdomain = 4,      // published at the zone's apex instead of below the subdomain
  value_appended = 5,         // the panel appended the domain to the value
  value_garbage = 6,          // blanks, quotes, "http://", cut off
  tokens_crossed = 7,         // the value of another record of the same identity
  stale_token = 8,            // a token of the target suffix, but none of this identity
  wrong_suffix = 9,           // the token is right, the suffix is not
  swapped_fields = 10,        // host and value exchanged
  txt_instead_of_cname = 11,  // the value as text
  key_copied = 12,            // the public key itself as TXT
  proxied = 13,               // the provider's proxy answers with its addresses
  flattened = 14,             // the provider resolves the CNAME away
  underscore_refused = 16,    // published at a name without the underscore or the dot
  wildcard = 17,              // a wildcard answers, the record itself is not there
  multiple_cname = 18,        // more than one CNAME
  cname_and_other_data = 19,  // a CNAME beside other records
  cname_chain = 20,           // reaches the value through another CNAME
  cname_loop = 21,            // points to itself
  dname = 22,                 // redirected above the name
  not_delegated_here = 24,    // edited at a provider that does not serve the domain
  ns_changed = 25,            // moved to other name servers after Success
  auth_inconsistent = 26,     // some of the zone's servers have it
  auth_unreachable = 27,      // the zone's servers do not answer for it
  dnssec_bogus = 28,          // validating resolvers refuse the zone
  no_such_domain = 29,        // the domain is not in its parent zone
  private_zone = 30,          // only some resolvers see it
  negative_cache = 31,        // published; caches may still say no
  stale_positive_cache = 32,  // right now; caches may still hold the old value
  www_prefix = 35,            // published for the domain without "www."
  not_yours = 36,             // a public suffix; refused at the issue already
  txt_unresolvable = 37,      // the key cannot be read through the CNAME
  target_key_missing = 38,    // no key at the target: ours to mend
  ent_nxdomain = 39,          // the server denies `_domainkey` itself
  nodata_without_soa = 40,    // an answer without SOA, or with other letters than asked
  our_resolver_down = 41,     // our own resolver does not answer
  other_type = 43,            // a record of another type, such as MX or NS, instead of the CNAME
};

/// Who must act on a diagnosis.
enum class diagnosis_class : std::uint8_t {
  fix,   // the owner of the domain
  wait,  // nobody: it is on its way
  ours,  // the operator of this daemon
  info,  // worth knowing; it may verify as it is
};

/// SES v2's five words for why a verification does not come (VerificationInfo.ErrorType).
enum class verification_error : std::uint8_t {
  host_not_found,
  type_not_found,
  invalid_value,
  dns_server_error,
  service_error,
};

struct diagnosis {
  diagnosis_code code = diagnosis_code::none;
  std::string explanation;          // a sentence or two for the owner, with the remedy
  std::string observed;             // what was there, printable; empty when nothing was
  std::string server;               // which server showed it: "ns1.example.net (192.0.2.1)"; may be empty
  std::optional<time_point> until;  // of `wait`: when caches let the record through

  bool operator==(const diagnosis&) const = default;
};

/// The values that a sentence of the catalogue speaks of. All are plain text from the DNS or the
/// configuration; foreign text is quoted and cut by `diagnosed`.
struct clue {
  std::string_view name{};      // the record that should be there: TOKEN._domainkey.DOMAIN
  std::string_view value{};     // TOKEN.SUFFIX
  std::string_view domain{};    // the identity
  std::string_view zone{};      // the apex that holds the record
  std::string_view host{};      // the name relative to the zone: what most panels want
  std::string_view observed{};  // what was there instead: a name, a target, a text
  std::string_view server{};    // who said so
  std::string_view also{};      // one more thing that only some sentences have (what, stands in the table)
  std::string_view words{};     // a part of the sentence that differs from case to case, in our own words
  std::string_view remedy{};    // the same of what to do
  std::optional<time_point> until{};
  proof of = proof::dkim;  // whether the record is a CNAME or a TXT record
};

/// The row of `code`, with its sentence filled in from `known`. What `known` leaves empty, the sentence does
/// without, where it can.
diagnosis diagnosed(diagnosis_code code, const clue& known);

/// The sentence for an owner who has published nothing yet: it names no record. For the codes of an
/// inspection (domain_inspection.hpp).
std::string warning_before_publishing(diagnosis_code code, const clue& known);

/// "NOT_PUBLISHED", ...; "" for none. And back.
std::string_view to_string(diagnosis_code code) noexcept;
std::optional<diagnosis_code> diagnosis_code_from_string(std::string_view word) noexcept;

/// "FIX", "WAIT", "OURS", "INFO".
std::string_view to_string(diagnosis_class who) noexcept;
diagnosis_class class_of(diagnosis_code code) noexcept;

/// "HOST_NOT_FOUND", ...
std::string_view to_string(verification_error error) noexcept;
verification_error error_of(diagnosis_code code) noexcept;

/// Whether records so diagnosed cannot verify before somebody mends that. What is on its way does not block.
bool blocks(diagnosis_code code) noexcept;

/// All codes of the catalogue, in its order of decision: the earlier explains the later. What is only worth
/// knowing stands last, so that it never hides what must be done.
std::span<const diagnosis_code> catalogue() noexcept;

/// The one of several that tells most; `none` when all are none. What blocks the verification tells more than
/// what is on its way, and that more than what blocks nothing; of one kind, the order of decision decides.
const diagnosis& most_telling(std::span<const diagnosis> causes) noexcept;

}  // namespace easydkim
