// SPDX-License-Identifier: Apache-2.0
#include "daemon/ses_api/signature/canonical_request.hpp"

#include <algorithm>
#include <utility>

#include "daemon/ses_api/signature/signed_headers.hpp"
#include "daemon/ses_api/signature/uri_encoding.hpp"

namespace easydkim {

std::optional<std::vector<decoded_parameter>> decoded_query(std::string_view query) {
  std::vector<decoded_parameter> parameters;
  for (std::size_t begin = 0; begin < query.size();) {
    const auto end = std::min(query.find('&', begin), query.size());
    const std::string_view pair = query.substr(begin, end - begin);
    begin = end + 1;
    if (pair.empty()) continue;

    const auto equals = std::min(pair.find('='), pair.size());
    auto name = form_decoded(pair.substr(0, equals));
    auto value = form_decoded(pair.substr(std::min(equals + 1, pair.size())));
    if (!name || !value) return std::nullopt;
    parameters.push_back({*std::move(name), *std::move(value)});
  }
  return parameters;
}

std::string canonical_path(std::string_view path) {
  // RFC 3986 section 5.2.4, and two slashes in a row count as one.
  std::vector<std::string_view> segments;
  for (std::size_t begin = 0; begin < path.size();) {
    const auto end = std::min(path.find('/', begin), path.size());
    const std::string_view segment = path.substr(begin, end - begin);
    begin = end + 1;
    if (segment.empty() || segment == ".") continue;
    if (segment != "..")
      segments.push_back(segment);
    else if (!segments.empty())
      segments.pop_back();
  }

  std::string canonical;
  for (const std::string_view segment : segments) {
    canonical += '/';
    append_uri_encoded(canonical, segment);
  }
  if (segments.empty() || path.ends_with('/')) canonical += '/';
  return canonical;
}

std::string canonical_query(const std::vector<decoded_parameter>& parameters) {
  std::vector<std::pair<std::string, std::string>> encoded;
  encoded.reserve(parameters.size());
  for (const decoded_parameter& each : parameters) {
    if (each.name == "X-Amz-Signature") continue;
    auto& [name, value] = encoded.emplace_back();
    append_uri_encoded(name, each.name);
    append_uri_encoded(value, each.value);
  }
  std::ranges::sort(encoded);

  std::string canonical;
  for (const auto& [name, value] : encoded)
    canonical.append(canonical.empty() ? "" : "&").append(name).append("=").append(value);
  return canonical;
}

std::string canonical_request(const request_parts& parts) {
  std::string text{parts.request.method};
  text.append("\n").append(canonical_path(parts.request.path()));
  text.append("\n").append(canonical_query(parts.parameters));
  text.append("\n").append(canonical_headers(parts.request, parts.signed_headers)).append("\n");
  for (std::size_t i = 0; i < parts.signed_headers.size(); ++i)
    text.append(i == 0 ? "" : ";").append(parts.signed_headers[i]);
  return text.append("\n").append(to_hex(parts.body));
}

}  // namespace easydkim
