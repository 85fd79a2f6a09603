// SPDX-License-Identifier: Apache-2.0
// A client that signs as its orders say, also wrongly. It writes canonical texts by hand, so what it is given
// must be canonical already: no path to clean, no query to sort, no white space to fold.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/time_point.hpp"
#include "daemon/ses_api/signature/credentials.hpp"
#include "daemon/ses_api/signature/digest.hpp"
#include "tests/support/sigv4_case.hpp"

namespace easydkim {

inline constexpr std::string_view example_secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
inline constexpr std::string_view another_secret = "4n0th3rS3cr3t/4n0th3rS3cr3t/4n0th3rS3cr3t";

inline credentials example_keys() {
  return credentials{{{"AKIDEXAMPLE", example_secret, "first"}, {"AKIDANOTHER", another_secret, "second"}}};
}

/// 2015-08-30T12:36:00Z: when everything here is signed.
inline constexpr time_point signed_at{std::chrono::seconds{1440938160}};

struct signing_orders {
  std::string algorithm = "AWS4-HMAC-SHA256";
  std::string access_key_id = "AKIDEXAMPLE";
  std::string secret_access_key{example_secret};
  std::string time = "20150830T123600Z";
  std::string date = "20150830";
  std::string region = "us-east-1";
  std::string service = "ses";
  std::string terminator = "aws4_request";
  std::vector<std::string> signed_headers{"content-type", "host", "x-amz-date"};
  std::string payload_hash{};    // empty: the hash of the body
  std::string expires = "3600";  // in a query string; empty: left out

  std::string scope() const { return date + '/' + region + '/' + service + '/' + terminator; }

  std::string names(std::string_view between) const {
    std::string list;
    for (const std::string& each : signed_headers) list.append(list.empty() ? "" : between).append(each);
    return list;
  }
};

inline std::string signature_of(const owned_request& request, const signing_orders& orders) {
  const auto lower = [](std::string text) {
    for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return text;
  };
  const auto mark = request.target.find('?');
  std::string canonical = request.method + '\n' + request.target.substr(0, mark) + '\n';
  canonical += (mark == std::string::npos ? "" : request.target.substr(mark + 1)) + '\n';
  for (const std::string& name : orders.signed_headers)
    for (const auto& [header, value] : request.headers)
      if (lower(header) == name) canonical += name + ':' + value + '\n';
  canonical += '\n' + orders.names(";") + '\n';
  canonical += orders.payload_hash.empty() ? to_hex(sha256(request.body)) : orders.payload_hash;

  const std::string start = "AWS4" + orders.secret_access_key;
  auto key =
      hmac_sha256(std::span{reinterpret_cast<const std::uint8_t*>(start.data()), start.size()}, orders.date);
  for (const std::string* part : {&orders.region, &orders.service, &orders.terminator})
    key = hmac_sha256(key, *part);
  return to_hex(hmac_sha256(
      key, orders.algorithm + '\n' + orders.time + '\n' + orders.scope() + '\n' + to_hex(sha256(canonical))));
}

/// `request` with an Authorization header.
inline owned_request signed_in_header(owned_request request, const signing_orders& orders) {
  request.headers.emplace_back("Authorization", orders.algorithm + " Credential=" + orders.access_key_id +
                                                    '/' + orders.scope() +
                                                    ", SignedHeaders=" + orders.names(";") +
                                                    ", Signature=" + signature_of(request, orders));
  return request;
}

/// `request` with the signature at the end of its query string, whose own parameters must sort before "X".
inline owned_request signed_in_query(owned_request request, const signing_orders& orders) {
  std::string scope = orders.access_key_id + '/' + orders.scope();
  for (auto at = scope.find('/'); at != scope.npos; at = scope.find('/')) scope.replace(at, 1, "%2F");
  request.target += request.target.find('?') == std::string::npos ? '?' : '&';
  request.target +=
      "X-Amz-Algorithm=" + orders.algorithm + "&X-Amz-Credential=" + scope + "&X-Amz-Date=" + orders.time;
  if (!orders.expires.empty()) request.target += "&X-Amz-Expires=" + orders.expires;
  request.target += "&X-Amz-SignedHeaders=" + orders.names("%3B");
  request.target += "&X-Amz-Signature=" + signature_of(request, orders);
  return request;
}

/// What the AWS tools send for SES, without a signature.
inline owned_request example_request() {
  owned_request request;
  request.method = "POST";
  request.headers = {{"Host", "127.0.0.1:8580"},
                     {"X-Amz-Date", "20150830T123600Z"},
                     {"Content-Type", "application/x-www-form-urlencoded"},
                     {"User-Agent", "aws-cli/2.0"}};
  request.body = "Action=VerifyDomainDkim&Version=2010-12-01&Domain=example.com";
  return request;
}

inline owned_request example_query_request() {
  owned_request request;
  request.target = "/?Action=ListIdentities&Version=2010-12-01";
  request.headers = {{"Host", "127.0.0.1:8580"}};
  return request;
}

}  // namespace easydkim
