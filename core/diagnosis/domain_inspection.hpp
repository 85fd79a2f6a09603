// SPDX-License-Identifier: Apache-2.0
// The result of a pre-flight check: where the records of a domain must go, and what would keep them from
// working.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/domain_name.hpp"

namespace easydkim {

/// A warning for the owner, before publishing.
struct domain_warning {
  std::string code;     // a code word, such as "DNSSEC_BOGUS"
  std::string message;  // one sentence for the owner, with what to do; may hold foreign bytes
};

/// Nothing of it is stored.
struct domain_inspection {
  domain_name domain;
  std::optional<std::string> zone{};  // the apex of the zone that holds the records; nothing: not known
  /// The zone that delegates it; nothing where that is a public suffix, or not known.
  std::optional<std::string> zone_above{};
  std::vector<std::string> servers{};      // the names of its name servers, without trailing dots
  std::vector<domain_warning> warnings{};  // the gravest first
};

}  // namespace easydkim
