// SPDX-License-Identifier: Apache-2.0
// The one text that stands for a request in its signature, however it was spelt on its way.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#create-canonical-request
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/http/http_request.hpp"
#include "daemon/ses_api/signature/digest.hpp"

namespace easydkim {

struct decoded_parameter {
  std::string name;
  std::string value;  // empty also when there was no "="
};

/// The parameters of a query string in the order they came, decoded once; empty ones ("a=1&&b=2") are left
/// out. Nothing when a "%" stands wrong.
std::optional<std::vector<decoded_parameter>> decoded_query(std::string_view query);

/// The path with "." and ".." taken out and "//" made "/", then percent-encoded once more as it was sent
/// ("%40" becomes "%2540"): the rule of all services but S3. An empty path is "/".
std::string canonical_path(std::string_view path);

/// The parameters but X-Amz-Signature, encoded anew and sorted by encoded name, then by encoded value.
std::string canonical_query(const std::vector<decoded_parameter>& parameters);

struct request_parts {
  const http_request& request;
  const std::vector<decoded_parameter>& parameters;  // of its query
  const std::vector<std::string>& signed_headers;    // all present, see signed_headers
  const sha256_digest& body;
};

std::string canonical_request(const request_parts& parts);

}  // namespace easydkim
