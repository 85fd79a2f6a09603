// SPDX-License-Identifier: Apache-2.0
#include "daemon/operations/issuable_domain.hpp"

#include <algorithm>

#include "daemon/operations/idna.hpp"
#include "daemon/operations/mailbox_providers.hpp"
#include "daemon/operations/public_suffix.hpp"

namespace easydkim {

result<domain_name> publishable_domain(std::string_view given, const domain_rules& rules) {
  if (given.find('@') != given.npos) return errc::email_not_an_identity;
  result<domain_name> name = to_domain_name(given);
  if (!name) return name;
  if (name->is_in(rules.target_suffix)) return errc::domain_in_target;
  if (suffix_kind_of(*name) == suffix_kind::registry) return errc::domain_public_suffix;
  const bool is_ours = std::ranges::any_of(rules.limits.own_mailbox_domains,
                                           [&](const std::string& each) { return name->is_in(each); });
  if (!is_ours && is_of_mailbox_provider(*name)) return errc::domain_of_mailboxes;
  return name;
}

result<domain_name> issuable_domain(std::string_view given, const domain_rules& rules) {
  result<domain_name> name = publishable_domain(given, rules);
  if (name && !rules.limits.private_suffixes && suffix_kind_of(*name) == suffix_kind::company)
    return errc::domain_private_suffix;
  return name;
}

}  // namespace easydkim
