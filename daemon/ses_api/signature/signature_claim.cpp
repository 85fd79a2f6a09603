// SPDX-License-Identifier: Apache-2.0
#include "daemon/ses_api/signature/signature_claim.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include "core/printable.hpp"

namespace easydkim {
namespace {

using boost::system::result;
using parameter_list = std::vector<decoded_parameter>;

constexpr std::string_view algorithm = "AWS4-HMAC-SHA256";
constexpr duration longest_lifetime = std::chrono::seconds{604'800};  // seven days, AWS's own limit

api_error incomplete(std::string sentence) {
  return {api_fault::incomplete_signature, std::move(sentence)};
}

/// The texts of a signature as they stand in either place.
struct raw_claim {
  std::string_view credential, signed_headers, signature;
};

const std::string* value_of(const parameter_list& parameters, std::string_view name) {
  const auto found = std::ranges::find(parameters, name, &decoded_parameter::name);
  return found == parameters.end() ? nullptr : &found->value;
}

/// Whether the query string holds any part of a signature, in whatever case.
bool is_signed_in_query(const parameter_list& parameters) {
  constexpr std::array<std::string_view, 7> parts{
      "x-amz-algorithm",     "x-amz-credential", "x-amz-date",          "x-amz-expires",
      "x-amz-signedheaders", "x-amz-signature",  "x-amz-security-token"};
  return std::ranges::any_of(parameters, [&](const decoded_parameter& each) {
    return std::ranges::find(parts, lower_case(each.name)) != parts.end();
  });
}

/// The name of an X-Amz-* parameter that stands there twice; empty when there is none.
std::string repeated_parameter(const parameter_list& parameters) {
  std::vector<std::string> names;
  for (const decoded_parameter& each : parameters)
    if (auto name = lower_case(each.name); name.starts_with("x-amz-")) names.push_back(std::move(name));
  std::ranges::sort(names);
  const auto twice = std::ranges::adjacent_find(names);
  return twice == names.end() ? "" : *twice;
}

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t");
  return begin == text.npos ? "" : text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

/// "Credential=..., SignedHeaders=..., Signature=...", in any order, each once and nothing else.
result<raw_claim, api_error> read_parts(std::string_view text) {
  raw_claim raw;
  struct part {
    std::string_view name;
    std::string_view* value;
  };
  const std::array<part, 3> parts{{{"Credential", &raw.credential},
                                   {"SignedHeaders", &raw.signed_headers},
                                   {"Signature", &raw.signature}}};
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto end = std::min(text.find(',', begin), text.size());
    const std::string_view piece = trimmed(text.substr(begin, end - begin));
    begin = end + 1;
    const auto equals = piece.find('=');
    const auto row = std::ranges::find(parts, piece.substr(0, equals), &part::name);
    if (equals == piece.npos || row == parts.end() || !row->value->empty())
      return incomplete(
          "The Authorization header must hold Credential=, SignedHeaders= and Signature=, each "
          "once, with commas between them and nothing else.");
    *row->value = piece.substr(equals + 1);
  }
  for (const part& each : parts)
    if (each.value->empty())
      return incomplete("Authorization header requires '" + std::string{each.name} + "' parameter.");
  return raw;
}

result<void, api_error> read_credential(signature_claim& to, std::string_view text) {
  std::array<std::string, 5> elements;
  std::size_t count = 0;
  for (std::size_t begin = 0; begin <= text.size(); ++count) {
    const auto end = std::min(text.find('/', begin), text.size());
    if (count < elements.size()) elements[count] = text.substr(begin, end - begin);
    begin = end + 1;
  }
  if (count != elements.size() || std::ranges::find(elements, "") != elements.end())
    return incomplete(
        "Credential must have exactly 5 slash-delimited elements, e.g. "
        "keyid/date/region/service/term, got '" +
        excerpt(text) + "'.");
  to.access_key_id = std::move(elements[0]);
  to.scope = {std::move(elements[1]), std::move(elements[2]), std::move(elements[3]), std::move(elements[4])};
  return {};
}

result<void, api_error> read_raw(signature_claim& to, const raw_claim& raw) {
  if (const auto read = read_credential(to, raw.credential); !read) return read.error();
  auto names = read_signed_headers(raw.signed_headers);
  if (!names) return names.error();
  to.signed_headers = *std::move(names);
  if (raw.signature.size() != 2 * sha256_digest{}.size() ||
      raw.signature.find_first_not_of("0123456789abcdef") != raw.signature.npos)
    return incomplete("Signature must be 64 hexadecimal digits in lower case.");
  to.signature = raw.signature;
  return {};
}

/// The time of a request that is signed in its header: of X-Amz-Date, or of Date when that is not there.
result<void, api_error> read_header_time(signature_claim& to, const http_request& request) {
  struct source {
    std::string_view name, written;
    std::optional<signing_time> (*read)(std::string_view);
  };
  constexpr std::array<source, 2> sources{{{"x-amz-date", "X-Amz-Date", signing_time_from_iso8601},
                                           {"date", "Date", signing_time_from_http_date}}};
  for (const source& each : sources) {
    const auto values = header_values(request, each.name);
    if (values.empty()) continue;
    const std::string name{each.written};
    if (values.size() > 1) return incomplete("The request has two headers " + name + "; send one.");
    auto time = each.read(values.front());
    if (!time)
      return incomplete(name + " must be a time in UTC such as 20150830T123600Z, got '" +
                        excerpt(values.front()) + "'.");
    to.time = *std::move(time);
    to.duties.time = each.name;
    return {};
  }
  return incomplete("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
}

result<signature_claim, api_error> claim_of_header(const http_request& request, std::string_view value) {
  if (!value.starts_with(algorithm) || value.substr(algorithm.size()).find_first_of(" \t") != 0)
    return incomplete(
        "The Authorization header must begin with AWS4-HMAC-SHA256: sign with Signature Version 4.");
  signature_claim claim;
  const auto raw = read_parts(value.substr(algorithm.size()));
  if (!raw) return raw.error();
  if (const auto read = read_raw(claim, *raw); !read) return read.error();
  if (const auto read = read_header_time(claim, request); !read) return read.error();
  return claim;
}

std::optional<duration> lifetime_from(std::string_view text) {
  long long seconds = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (fault != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (seconds < 1 || seconds > longest_lifetime / std::chrono::seconds{1}) return std::nullopt;
  return std::chrono::seconds{seconds};
}

result<signature_claim, api_error> claim_of_query(const http_request& request,
                                                  const parameter_list& parameters) {
  for (const std::string_view name : {"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires",
                                      "X-Amz-SignedHeaders", "X-Amz-Signature"})
    if (value_of(parameters, name) == nullptr)
      return incomplete("AWS query-string parameters must include '" + std::string{name} + "'.");

  if (*value_of(parameters, "X-Amz-Algorithm") != algorithm)
    return incomplete("X-Amz-Algorithm must be AWS4-HMAC-SHA256.");
  signature_claim claim;
  const raw_claim raw{.credential = *value_of(parameters, "X-Amz-Credential"),
                      .signed_headers = *value_of(parameters, "X-Amz-SignedHeaders"),
                      .signature = *value_of(parameters, "X-Amz-Signature")};
  if (const auto read = read_raw(claim, raw); !read) return read.error();

  const std::string& date = *value_of(parameters, "X-Amz-Date");
  auto time = signing_time_from_iso8601(date);
  if (!time)
    return incomplete("X-Amz-Date must be a time in UTC such as 20150830T123600Z, got '" + excerpt(date) +
                      "'.");
  claim.time = *std::move(time);
  claim.lifetime = lifetime_from(*value_of(parameters, "X-Amz-Expires"));
  if (!claim.lifetime) return incomplete("X-Amz-Expires must be a whole number of seconds from 1 to 604800.");

  // A header of the same name is common, and harmless as long as it says the same.
  for (const std::string_view value : header_values(request, "x-amz-date"))
    if (value != date)
      return incomplete("The header X-Amz-Date and the parameter X-Amz-Date differ; send one of them.");
  claim.duties.exempt = "x-amz-date";
  return claim;
}

}  // namespace

result<signature_claim, api_error> read_signature_claim(const http_request& request,
                                                        const parameter_list& parameters) {
  const auto authorizations = header_values(request, "authorization");
  const bool in_query = is_signed_in_query(parameters);
  if (authorizations.empty() && !in_query)
    return api_error{api_fault::missing_authentication_token,
                     "Request is missing Authentication Token: sign it with Signature Version 4."};
  if (authorizations.size() > 1) return incomplete("The request has two Authorization headers; send one.");
  if (!authorizations.empty() && in_query)
    return incomplete(
        "The request is signed in its Authorization header and in its query string; use one of them.");
  if (const auto name = repeated_parameter(parameters); !name.empty())
    return api_error{api_fault::malformed_query_string,
                     "The query string has the parameter " + excerpt(name) + " twice; send it once."};
  if (value_of(parameters, "X-Amz-Security-Token") || !header_values(request, "x-amz-security-token").empty())
    return api_error{api_fault::invalid_client_token,
                     "The security token included in the request is invalid: no session tokens are issued "
                     "here, sign with the key pair alone."};
  return in_query ? claim_of_query(request, parameters) : claim_of_header(request, authorizations.front());
}

}  // namespace easydkim
