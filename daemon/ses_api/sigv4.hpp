// Signature Version 4: who signed a request, and whether it came unchanged.
//
// The signature may stand in the Authorization header or in the query string, never in both. Everything that
// decides what a request does must be signed: host, time, body, and every x-amz-* header.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
#pragma once

#include <boost/system/result.hpp>
#include <string>

#include "core/time_point.hpp"
#include "daemon/ses_api/api_error.hpp"
#include "daemon/ses_api/credentials.hpp"
#include "daemon/ses_api/http_request.hpp"

namespace easydkim {

struct sigv4_rules {
  std::string region;  // that the scope must name; empty: any
  duration clock_skew =
      std::chrono::minutes{15};  // how far the time of a request may be from ours, either way
};

/// The account of the key that signed `request`. An unknown key and a wrong signature take the same work and
/// are told apart only by their fault. Pure but for a cache of derived keys inside `keys`.
boost::system::result<std::string, api_error> authenticate(const http_request& request,
                                                           const credentials& keys, const sigv4_rules& rules,
                                                           time_point now);

}  // namespace easydkim
