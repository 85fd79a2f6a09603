// SPDX-License-Identifier: Apache-2.0
#include "daemon/ses_api/v2/json_response.hpp"

#include <array>
#include <boost/json/serialize.hpp>

namespace easydkim {

namespace json = boost::json;

namespace {

constexpr std::string_view content_type = "application/json";

struct row {
  api_fault fault;
  unsigned status;
  std::string_view name;
};
// The signature's faults are those of the services that speak restJson; SES v2's model has the others.
constexpr std::array faults{
    row{api_fault::incomplete_signature, 403, "IncompleteSignatureException"},
    row{api_fault::invalid_client_token, 403, "UnrecognizedClientException"},
    row{api_fault::signature_does_not_match, 403, "InvalidSignatureException"},
    row{api_fault::missing_authentication_token, 403, "MissingAuthenticationTokenException"},
    row{api_fault::request_expired, 403, "InvalidSignatureException"},  // SDKs set their clock right by it
    row{api_fault::invalid_action, 404, "UnknownOperationException"},
    row{api_fault::missing_action, 404, "UnknownOperationException"},
    row{api_fault::missing_parameter, 400, "BadRequestException"},
    row{api_fault::invalid_parameter_value, 400, "BadRequestException"},
    row{api_fault::invalid_parameter_combination, 400, "BadRequestException"},
    row{api_fault::malformed_query_string, 400, "BadRequestException"},
    row{api_fault::not_found, 404, "NotFoundException"},
    row{api_fault::already_exists, 400, "AlreadyExistsException"},
    row{api_fault::throttling, 429, "TooManyRequestsException"},
    row{api_fault::limit_exceeded, 400, "LimitExceededException"},
    row{api_fault::service_unavailable, 503, "ServiceUnavailableException"},
    row{api_fault::internal_failure, 500, "InternalFailure"},
    row{api_fault::content_too_large, 413, "RequestEntityTooLargeException"},
    row{api_fault::malformed_request, 400, "MalformedHttpRequestException"},
};

const row& row_of(api_fault fault) noexcept {
  static constexpr row unknown{api_fault::internal_failure, 500, "InternalFailure"};
  for (const row& each : faults)
    if (each.fault == fault) return each;
  return unknown;
}

}  // namespace

http_answer json_response(const json::object& members, const std::string& request_id) {
  return {.content_type = content_type,
          .body = json::serialize(members),
          .headers = {{request_id_header, request_id}}};
}

http_answer json_error(const api_error& why, const std::string& request_id) {
  const row& is = row_of(why.fault);
  http_answer answer = json_response({{"message", why.message}}, request_id);
  answer.status = is.status;
  answer.headers.push_back({error_type_header, std::string{is.name}});
  return answer;
}

}  // namespace easydkim
