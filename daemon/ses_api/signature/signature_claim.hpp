// SPDX-License-Identifier: Apache-2.0
// What a request says of its own signature, in its Authorization header or in its query string: read,
// complete and well-formed, but not yet believed.
#pragma once

#include <boost/system/result.hpp>
#include <optional>
#include <string>
#include <vector>

#include "daemon/http/http_request.hpp"
#include "daemon/ses_api/call/api_error.hpp"
#include "daemon/ses_api/signature/canonical_request.hpp"
#include "daemon/ses_api/signature/credential_scope.hpp"
#include "daemon/ses_api/signature/signed_headers.hpp"
#include "daemon/ses_api/signature/signing_time.hpp"

namespace easydkim {

struct signature_claim {
  std::string access_key_id;
  credential_scope scope;
  std::vector<std::string> signed_headers;
  std::string signature;  // 64 lower-case hexadecimal digits
  signing_time time;
  std::optional<duration> lifetime;  // X-Amz-Expires; only when it stands in the query string
  header_duties duties;              // what its headers must be
};

/// `parameters`: those of the query string of `request`. Refused are a signature in both places or in one
/// twice, a repeated X-Amz-* parameter or header of the time, and a session token, since none is issued here.
boost::system::result<signature_claim, api_error> read_signature_claim(
    const http_request& request, const std::vector<decoded_parameter>& parameters);

}  // namespace easydkim
