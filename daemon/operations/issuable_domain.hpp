// SPDX-License-Identifier: Apache-2.0
// Which domains may become identities.
#pragma once

#include <string>
#include <string_view>

#include "core/domain_name.hpp"
#include "core/error.hpp"
#include "daemon/operations/operation_limits.hpp"

namespace easydkim {

/// What is refused beyond the rules of names; refers to what the operator set.
struct domain_rules {
  const operation_limits& limits;
  const std::string& target_suffix;  // ours: nobody else publishes below it
};

/// The domain that `given` writes (IDN allowed), when an owner can publish records in it, whoever that is.
result<domain_name> publishable_domain(std::string_view given, const domain_rules& rules);

/// The same, when tokens may be issued for it, too.
result<domain_name> issuable_domain(std::string_view given, const domain_rules& rules);

}  // namespace easydkim
