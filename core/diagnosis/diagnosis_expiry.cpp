// SPDX-License-Identifier: Apache-2.0
#include "core/diagnosis/diagnosis_expiry.hpp"

#include "core/printable.hpp"

namespace easydkim {

diagnosis_expiry expiry_of(diagnosis_code code) noexcept {
  using enum diagnosis_code;
  switch (code) {
    case our_resolver_down:
      return diagnosis_expiry::answered;
    case negative_cache:
    case stale_positive_cache:
      return diagnosis_expiry::verified;
    case auth_unreachable:
    case dnssec_bogus:
    case private_zone:
      return diagnosis_expiry::in_place;
    case cname_and_other_data:
    case txt_unresolvable:
    case target_key_missing:
    case not_delegated_here:
      return diagnosis_expiry::never;
    default:
      return class_of(code) == diagnosis_class::info ? diagnosis_expiry::never : diagnosis_expiry::published;
  }
}

namespace {

/// Whether the zone says something else now than when `reported` was found out.
bool is_contradicted(const diagnosis& reported, const finding& newest) {
  using enum diagnosis_code;
  const bool is_gone =
      newest.kind == finding_kind::absent && newest.reason != finding_reason::on_some_servers;
  const bool has_value = newest.kind == finding_kind::wrong_target;
  switch (reported.code) {
    case not_published:
    case other_type:
    case double_domain:
    case missing_subdomain:
    case www_prefix:
    case underscore_refused:
    case swapped_fields:
    case ns_changed:
      return has_value;
    case value_appended:
    case value_garbage:
    case tokens_crossed:
    case stale_token:
    case wrong_suffix:
      return is_gone || (has_value && excerpt(newest.observed) != reported.observed);
    case multiple_cname:
    case cname_loop:
    case cname_chain:
    case negative_cache:
    case stale_positive_cache:
    case auth_inconsistent:
      return is_gone;
    case auth_unreachable:
      return is_conclusive_negative(newest.kind);
    default:
      return false;
  }
}

}  // namespace

bool has_expired(const diagnosis& reported, const finding& newest) {
  if (is_contradicted(reported, newest)) return true;
  const bool is_found = newest.kind == finding_kind::found;
  switch (expiry_of(reported.code)) {
    case diagnosis_expiry::answered:
      return (is_found && newest.reason != finding_reason::unconfirmed) ||
             is_conclusive_negative(newest.kind);
    case diagnosis_expiry::published:
      return is_found;
    case diagnosis_expiry::in_place:
      return is_found && newest.reason == finding_reason::none;
    case diagnosis_expiry::verified:
    case diagnosis_expiry::never:
      break;
  }
  return false;
}

}  // namespace easydkim
