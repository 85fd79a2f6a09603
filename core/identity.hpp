// SPDX-License-Identifier: Apache-2.0
// An identity: a domain under an account, the tokens of its proofs, and what is known about their records.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/domain_name.hpp"
#include "core/finding.hpp"
#include "core/time_point.hpp"
#include "core/token.hpp"
#include "core/verification.hpp"
#include "core/verification_token.hpp"

namespace easydkim {

/// Numbered by the store, never used twice: a domain that is deleted and verified again gets a new one.
using identity_id = std::uint64_t;

/// Either proof may be asked for, or both; one that nobody asked for is `not_started`, with empty tokens.
struct identity {
  identity_id id = 0;
  std::string account;
  domain_name domain;
  time_point created_at{};  // when the first proof was asked for
  std::string target_suffix{};  // its records point to TOKEN.SUFFIX; empty: to the configured one

  token_set tokens{};
  bool dkim_enabled = true;  // the owner's wish, SetIdentityDkimEnabled
  verification dkim{};
  std::array<finding, records_per_identity> findings{};  // what was last seen, in the order of the tokens
  std::array<std::optional<time_point>, records_per_identity> majority_since{};  // see `majority_since_of`

  verification_token txt_token{};
  verification txt{};
  finding txt_finding{};
  std::optional<time_point> txt_majority_since{};

  bool operator==(const identity&) const = default;
};

/// The state of a proof of `subject`, and the last findings of its records.
const verification& state_of(const identity& subject, proof which) noexcept;
verification& state_of(identity& subject, proof which) noexcept;
std::span<const finding> findings_of(const identity& subject, proof which) noexcept;
std::span<finding> findings_of(identity& subject, proof which) noexcept;

/// Since when more than half of the zone's servers have each of the records; nothing while they have not.
std::span<const std::optional<time_point>> majority_since_of(const identity& subject, proof which) noexcept;
std::span<std::optional<time_point>> majority_since_of(identity& subject, proof which) noexcept;

/// Account names: 1 to 64 characters of A-Z a-z 0-9 . _ - (SES has no names of its own for them).
bool is_account_name(std::string_view text) noexcept;

/// What VerifyDomainDkim or VerifyDomainIdentity asks for: a proof, and the tokens that it would get.
struct issue {
  std::string account;
  domain_name domain;
  proof wanted = proof::dkim;
  token_set tokens{};              // for proof::dkim
  verification_token txt_token{};  // for proof::txt
  std::string target_suffix{};
};

/// A new identity whose wanted proof is pending from `now`. `id` is given by the store.
identity issued(issue order, time_point now);

/// The same identity with the wanted proof pending from `now`: with the tokens of `order` when it was not
/// started yet, or else in a new window with the tokens that it has.
identity issued(identity before, const issue& order, time_point now);

/// The same identity when the wall clock was set: see `shifted` of a verification.
identity shifted(identity before, const clock_step& step);

/// Whether mail may be signed: enabled, and DKIM is verified now or within the grace after a loss.
bool is_signing_enabled(const identity& subject) noexcept;

/// Whether mail may be sent: one of the proofs is verified now or within the grace after a loss.
bool is_verified_for_sending(const identity& subject) noexcept;

/// How the names of records are made, as the operator configured it.
struct record_naming {
  std::string target_suffix;  // the CNAMEs of what is issued point to TOKEN.SUFFIX
  std::string txt_prefix;     // the TXT record is PREFIX.DOMAIN
};

/// The suffix of the identity, or the configured one where it has none. Valid as long as both.
std::string_view suffix_of(const identity& subject, std::string_view configured) noexcept;

/// The records of a proof as the owner should publish them, in the order of `findings_of`:
/// "TOKEN._domainkey.DOMAIN" CNAME "TOKEN.SUFFIX", or "PREFIX.DOMAIN" TXT "TOKEN". The suffix is that of the
/// identity.
std::vector<published_record> records_of(const identity& subject, proof which, const record_naming& naming);

/// The record of DKIM token `index`: "TOKEN._domainkey.DOMAIN" and "TOKEN.SUFFIX".
std::string record_name(const identity& subject, std::size_t index);
std::string record_value(const identity& subject, std::size_t index, std::string_view target_suffix);

/// The record of VerifyDomainIdentity: "PREFIX.DOMAIN" and its token.
std::string txt_record_name(const identity& subject, std::string_view prefix);
std::string txt_record_value(const identity& subject);

}  // namespace easydkim
