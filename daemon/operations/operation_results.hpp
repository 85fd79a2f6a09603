// SPDX-License-Identifier: Apache-2.0
// What the operations answer: an identity with its evidence, attributes, a page of names, the result of an
// import.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/diagnosis/evidence.hpp"
#include "core/error.hpp"
#include "core/identity.hpp"

namespace easydkim {

/// An identity, when it is checked, and its evidence.
struct described_identity {
  identity subject;
  std::optional<time_point> last_checked_at{};
  std::optional<time_point> next_check_at{};
  evidence seen{};  // empty also when what is kept cannot be read
};

/// What GetIdentityDkimAttributes says of one identity; no tokens for one that nobody verified.
struct dkim_attributes {
  bool enabled = false;
  dkim_status status = dkim_status::not_started;
  std::optional<token_set> tokens;
};

/// What GetIdentityVerificationAttributes says of one identity: whether mail may be sent, by either proof.
struct verification_attributes {
  dkim_status status = dkim_status::not_started;
  std::optional<std::string> token;  // of VerifyDomainIdentity; nothing when it was never called
};

struct identity_page {
  std::vector<domain_name> identities;
  std::string next_token;  // empty: the end
};

/// A row of ImportIdentities that is refused, and why.
struct import_refusal {
  std::string domain;
  errc why;
};
struct import_summary {
  std::size_t imported = 0;
  std::size_t existing = 0;
  std::vector<import_refusal> refused;
};

}  // namespace easydkim
