// SPDX-License-Identifier: Apache-2.0
#include "daemon/ses_api/call/api_refusal.hpp"

#include "core/error_kind.hpp"
#include "daemon/operations/error_sentence.hpp"

namespace easydkim {
namespace {

api_fault fault_of(errc error) noexcept {
  if (error == errc::identity_limit) return api_fault::limit_exceeded;
  switch (kind_of(error)) {
    case error_kind::invalid_value:
      return api_fault::invalid_parameter_value;
    case error_kind::not_found:
      return api_fault::not_found;
    case error_kind::throttling:
      return api_fault::throttling;
    case error_kind::unavailable:
      return api_fault::service_unavailable;
    case error_kind::internal:
      break;
  }
  return api_fault::internal_failure;
}

}  // namespace

api_refusal refusal_of(errc error, std::string_view subject) {
  return {fault_of(error), error_sentence(error, subject)};
}

}  // namespace easydkim
