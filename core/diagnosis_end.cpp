#include "core/diagnosis_end.hpp"

namespace easydkim {

diagnosis_end end_of(diagnosis_code code) noexcept {
  using enum diagnosis_code;
  switch (code) {
    case our_resolver_down:
      return diagnosis_end::answered;
    case negative_cache:
    case stale_positive_cache:
    case auth_inconsistent:
      return diagnosis_end::verified;
    case auth_unreachable:
    case dnssec_bogus:
    case private_zone:
      return diagnosis_end::in_place;
    case cname_and_other_data:
    case txt_unresolvable:
    case target_key_missing:
    case not_delegated_here:
      return diagnosis_end::never;
    default:
      return class_of(code) == diagnosis_class::info ? diagnosis_end::never : diagnosis_end::published;
  }
}

bool is_over(diagnosis_code code, const finding& seen) noexcept {
  const bool is_found = seen.kind == finding_kind::found;
  switch (end_of(code)) {
    case diagnosis_end::answered:
      return (is_found && seen.reason != finding_reason::unconfirmed) || is_conclusive_negative(seen.kind);
    case diagnosis_end::published:
      return is_found;
    case diagnosis_end::in_place:
      return is_found && seen.reason == finding_reason::none;
    case diagnosis_end::verified:
    case diagnosis_end::never:
      break;
  }
  return false;
}

}  // namespace easydkim
