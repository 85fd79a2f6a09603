// SPDX-License-Identifier: Apache-2.0
// What SES's APIs call their errors, whichever of them is spoken.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace easydkim {

/// Each API has its own word and HTTP status for one of these (query_response, json_response).
enum class api_fault : std::uint8_t {
  incomplete_signature,          // the Authorization header, or its query form, lacks a part or is malformed
  invalid_client_token,          // no such access key
  signature_does_not_match,      // signed with another secret, or something was changed on its way
  missing_authentication_token,  // not signed at all
  request_expired,               // signed too long ago, or in the future
  invalid_action,                // no such operation
  missing_action,                // no operation named
  missing_parameter,
  invalid_parameter_value,
  invalid_parameter_combination,
  malformed_query_string,  // cannot be read, or names one thing twice
  not_found,               // no such identity, where SES says so (v2)
  already_exists,          // the identity is there already (v2)
  throttling,              // too many calls in a second
  limit_exceeded,          // limits.identities_per_account
  service_unavailable,     // store full, disk failed, too busy, stopping
  internal_failure,
  content_too_large,  // over ses_api.max_body or ses_api.max_header
  malformed_request,  // not HTTP/1.1 as its rules are
};

/// Headers of SES's answers: which request it was, and of SES v2 which error.
inline constexpr std::string_view request_id_header = "X-Amzn-RequestId";
inline constexpr std::string_view error_type_header = "X-Amzn-ErrorType";

struct api_error {
  api_fault fault;
  std::string message;  // a sentence with the remedy
};

}  // namespace easydkim
