// SPDX-License-Identifier: Apache-2.0
// The headers of a request that a signature covers, and those that it must cover.
#pragma once

#include <boost/system/result.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/http/http_request.hpp"
#include "daemon/ses_api/call/api_error.hpp"

namespace easydkim {

/// The values of all headers called `name` (in lower case), in the order they came.
std::vector<std::string_view> header_values(const http_request& request, std::string_view name);

/// `text` in lower case, ASCII only, as header names are compared.
std::string lower_case(std::string_view text);

/// "content-type;host;x-amz-date" as its names: lower case, ascending, each once, as the signing rules have
/// them. Error: `incomplete_signature`.
boost::system::result<std::vector<std::string>, api_error> read_signed_headers(std::string_view list);

struct header_duties {
  std::string_view time;    // the header that holds the time: must be signed; empty: it is not in a header
  std::string_view exempt;  // a header that may stay unsigned because it was compared with what is signed
};

/// What every signature must cover, or nothing of a request could be trusted: the one Host header, the header
/// of the time, and each X-Amz-* header there is. Only X-Amz-Content-Sha256 may stay unsigned, because it
/// must equal the hash of the body, which is signed always. The SDKs need no more exceptions: read in
/// botocore, the JavaScript, Go and PHP SDKs, they leave User-Agent, X-Amzn-Trace-Id, Expect and the headers
/// of the connection unsigned (none is called X-Amz-*), and PHP's also Content-Type and its own aws-sdk-*.
/// Error: `signature_does_not_match`, or `incomplete_signature` for a second Host.
boost::system::result<void, api_error> check_signed_headers(const http_request& request,
                                                            const std::vector<std::string>& names,
                                                            const header_duties& duties);

/// "host:example.com\nx-amz-date:...\n": each signed header once, its values without superfluous white space
/// and joined with commas in the order they came. Precondition: all are there.
std::string canonical_headers(const http_request& request, const std::vector<std::string>& names);

}  // namespace easydkim
