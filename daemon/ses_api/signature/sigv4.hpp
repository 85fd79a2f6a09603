// SPDX-License-Identifier: Apache-2.0
// Signature Version 4: who signed a request, and whether it came unchanged.
//
// The signature may stand in the Authorization header or in the query string, never in both. Everything that
// decides what a request does must be signed: host, time, body, and every x-amz-* header.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
//
// A signature tells nothing about replays: within its time the same request can be sent again by whoever saw
// it, which is why the API listens on loopback or behind TLS.
#pragma once

#include <boost/system/result.hpp>
#include <string>
#include <vector>

#include "core/time_point.hpp"
#include "daemon/http/http_request.hpp"
#include "daemon/ses_api/call/api_error.hpp"
#include "daemon/ses_api/signature/credentials.hpp"

namespace easydkim {

struct sigv4_rules {
  std::string region{};  // that the scope must name; empty: any
  duration clock_skew =
      std::chrono::minutes{15};  // how far the time of a request may be from ours, either way
  std::vector<std::string> services{"ses", "email"};  // that the scope may name; SDKs sign SES with either
};

/// The key that signed a request.
struct signer {
  std::string access_key_id;
  std::string account;
};

/// The key that signed `request`. An unknown key and a wrong signature take the same work and
/// are told apart only by their fault. Pure but for a cache of derived keys inside `keys`, which one thread
/// at a time may use.
///
/// A signature in the header is good for `clock_skew` around its time; one in the query string from
/// `clock_skew` before its time until X-Amz-Expires after it. The path must begin with "/" and the target
/// have no "#". A name that stands twice in query or body (Action) is for those to refuse who read it.
boost::system::result<signer, api_error> authenticate(const http_request& request, const credentials& keys,
                                                      const sigv4_rules& rules, time_point now);

}  // namespace easydkim
