// SPDX-License-Identifier: Apache-2.0
#include "daemon/ses_api/signature/sigv4.hpp"

#include <algorithm>

#include "core/printable.hpp"
#include "daemon/ses_api/signature/canonical_request.hpp"
#include "daemon/ses_api/signature/signature_claim.hpp"
#include "daemon/ses_api/signature/signed_headers.hpp"

namespace easydkim {
namespace {

using boost::system::result;
using parameter_list = std::vector<decoded_parameter>;

api_error mismatch(std::string sentence) {
  return {api_fault::signature_does_not_match, std::move(sentence)};
}

/// What would let one signature stand for two requests, were it let through.
result<void, api_error> check_request_line(const http_request& request) {
  const auto is_capital = [](char c) { return c >= 'A' && c <= 'Z'; };
  if (request.method.empty() || !std::ranges::all_of(request.method, is_capital))
    return api_error{api_fault::malformed_query_string, "The HTTP method must be in capitals, such as POST."};
  if (!request.target.starts_with('/') || request.target.find('#') != request.target.npos)
    return api_error{api_fault::malformed_query_string,
                     "The request must name a path that begins with \"/\" and has no \"#\"."};
  return {};
}

bool is_region(std::string_view name) {
  constexpr std::size_t longest = 32;
  return !name.empty() && name.size() <= longest &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == name.npos;
}

result<void, api_error> check_scope(const signature_claim& claim, const sigv4_rules& rules) {
  const credential_scope& scope = claim.scope;
  if (scope.terminator != "aws4_request")
    return mismatch("Credential should be scoped with a valid terminator: 'aws4_request', not '" +
                    excerpt(scope.terminator) + "'.");
  if (std::ranges::find(rules.services, scope.service) == rules.services.end())
    return mismatch("Credential should be scoped to correct service: '" +
                    (rules.services.empty() ? "" : rules.services.front()) + "'.");
  if (!is_region(scope.region) || (!rules.region.empty() && scope.region != rules.region))
    return mismatch("Credential should be scoped to a valid region, not '" + excerpt(scope.region) + "'" +
                    (rules.region.empty() ? "." : ": sign for '" + rules.region + "'."));
  if (scope.date != claim.time.day())
    return mismatch("Date in Credential scope does not match the date of the request: '" +
                    excerpt(scope.date) + "' is not the day of '" + claim.time.text + "', in UTC.");
  return {};
}

result<void, api_error> check_time(const signature_claim& claim, const sigv4_rules& rules, time_point now) {
  const auto late = [&](const char* what) {
    return api_error{api_fault::request_expired, std::string{what} + claim.time.text + ", and it is " +
                                                     to_rfc3339(now) + " here; set the clock, or sign anew."};
  };
  if (claim.time.at - now > rules.clock_skew) return late("Signature not yet current: it was made at ");
  if (now - claim.time.at > claim.lifetime.value_or(rules.clock_skew))
    return late("Signature expired: it was made at ");
  return {};
}

/// X-Amz-Content-Sha256 says what the client hashed; it may say nothing but the hash of what came.
result<void, api_error> check_content(const http_request& request, const parameter_list& parameters,
                                      const sha256_digest& body) {
  auto claims = header_values(request, "x-amz-content-sha256");
  for (const decoded_parameter& each : parameters)
    if (lower_case(each.name) == "x-amz-content-sha256") claims.push_back(each.value);
  if (claims.empty()) return {};
  if (claims.size() > 1)
    return api_error{api_fault::incomplete_signature,
                     "X-Amz-Content-Sha256 stands there twice; send it once."};
  if (claims.front() == to_hex(body)) return {};
  return mismatch(
      "The provided 'x-amz-content-sha256' header does not match what was computed: it must be the "
      "SHA-256 of the body; unsigned and streamed bodies are not taken.");
}

std::string string_to_sign(const signature_claim& claim, std::string_view canonical) {
  std::string text = "AWS4-HMAC-SHA256\n";
  text.append(claim.time.text).append("\n").append(claim.scope.text()).append("\n");
  return text.append(to_hex(sha256(canonical)));
}

}  // namespace

result<signer, api_error> authenticate(const http_request& request, const credentials& keys,
                                       const sigv4_rules& rules, time_point now) {
  if (const auto fit = check_request_line(request); !fit) return fit.error();
  const auto parameters = decoded_query(request.query());
  if (!parameters)
    return api_error{
        api_fault::malformed_query_string,
        "The query string has a \"%\" without two hexadecimal digits behind it; write it as %25."};

  const auto claim = read_signature_claim(request, *parameters);
  if (!claim) return claim.error();
  if (const auto fit = check_signed_headers(request, claim->signed_headers, claim->duties); !fit)
    return fit.error();
  if (const auto fit = check_scope(*claim, rules); !fit) return fit.error();
  if (const auto fit = check_time(*claim, rules, now); !fit) return fit.error();
  const sha256_digest body = sha256(request.body);
  if (const auto fit = check_content(request, *parameters, body); !fit) return fit.error();

  const std::string canonical = canonical_request({request, *parameters, claim->signed_headers, body});
  const std::string to_sign = string_to_sign(*claim, canonical);
  const credential* const key = keys.find(claim->access_key_id);
  const std::string expected = to_hex(hmac_sha256(keys.key_for(key, claim->scope).octets, to_sign));
  const bool same = equal_in_constant_time(expected, claim->signature);

  if (key == nullptr)
    return api_error{api_fault::invalid_client_token,
                     "The security token included in the request is invalid."};
  if (!same)
    return mismatch(
        "The request signature we calculated does not match the signature you provided. Check your "
        "AWS Secret Access Key and signing method. Consult the service documentation for details.");
  return signer{.access_key_id = key->access_key_id, .account = key->account};
}

}  // namespace easydkim
