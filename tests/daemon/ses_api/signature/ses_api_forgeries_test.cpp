// SPDX-License-Identifier: Apache-2.0
// What an attacker, a careless proxy or a wrong clock can do to a signed request; each is refused by its
// name.
#include <gtest/gtest.h>

#include "daemon/ses_api/signature/sigv4.hpp"
#include "tests/support/sigv4_client.hpp"

namespace easydkim {
namespace {

using enum api_fault;
using namespace std::chrono_literals;

std::string& header(owned_request& request, std::string_view name) {
  for (auto& [each, value] : request.headers)
    if (each == name) return value;
  throw std::logic_error{"the request has no header " + std::string{name}};
}

void replace(std::string& in, std::string_view what, std::string_view by) {
  const auto at = in.find(what);
  if (at == std::string::npos) throw std::logic_error{"nothing to replace in " + in};
  in.replace(at, what.size(), by);
}

void drop(owned_request& request, std::string_view name) {
  if (std::erase_if(request.headers, [&](const auto& each) { return each.first == name; }) == 0)
    throw std::logic_error{"nothing to drop"};
}

void authorization(owned_request& request, std::string_view what, std::string_view by) {
  replace(header(request, "Authorization"), what, by);
}

/// Changes of a request that was signed well.
struct tampering {
  const char* what;
  api_fault fault;
  void (*done)(owned_request&);
};

constexpr tampering tamperings_of_a_header[]{
    {"another body", signature_does_not_match,
     [](auto& r) { replace(r.body, "example.com", "example.org"); }},
    {"no body", signature_does_not_match, [](auto& r) { r.body.clear(); }},
    {"a second Action in the body", signature_does_not_match,
     [](auto& r) { r.body += "&Action=DeleteIdentity"; }},
    {"an Action in the query string", signature_does_not_match,
     [](auto& r) { r.target += "?Action=DeleteIdentity"; }},
    {"another path", signature_does_not_match, [](auto& r) { r.target = "/v2/email/identities"; }},
    {"a path below", signature_does_not_match, [](auto& r) { r.target = "/x"; }},
    {"another method", signature_does_not_match, [](auto& r) { r.method = "PUT"; }},
    {"a method in small letters", malformed_query_string, [](auto& r) { r.method = "post"; }},
    {"a method with a line feed", malformed_query_string, [](auto& r) { r.method = "POST\n"; }},
    {"an absolute target", malformed_query_string, [](auto& r) { r.target = "http://127.0.0.1/"; }},
    {"no target", malformed_query_string, [](auto& r) { r.target = ""; }},
    {"a fragment", malformed_query_string, [](auto& r) { r.target = "/#Action=DeleteIdentity"; }},
    {"a broken percent sign", malformed_query_string, [](auto& r) { r.target = "/?a=%4"; }},
    {"another host", signature_does_not_match, [](auto& r) { header(r, "Host") = "127.0.0.1:8581"; }},
    {"no host", signature_does_not_match, [](auto& r) { drop(r, "Host"); }},
    {"a second host", incomplete_signature,
     [](auto& r) { r.headers.emplace_back("host", "127.0.0.1:8580"); }},
    {"another content type", signature_does_not_match,
     [](auto& r) { header(r, "Content-Type") = "text/plain"; }},
    {"no content type", signature_does_not_match, [](auto& r) { drop(r, "Content-Type"); }},
    {"a second content type", signature_does_not_match,
     [](auto& r) { r.headers.emplace_back("Content-Type", "text/plain"); }},
    {"an unsigned X-Amz-Target", signature_does_not_match,
     [](auto& r) { r.headers.emplace_back("X-Amz-Target", "DeleteIdentity"); }},
    {"an unsigned x-AMZ-anything", signature_does_not_match,
     [](auto& r) { r.headers.emplace_back("x-AMZ-anything", ""); }},
    {"a session token", invalid_client_token,
     [](auto& r) { r.headers.emplace_back("X-Amz-Security-Token", "t"); }},
    {"a time moved by a second", signature_does_not_match,
     [](auto& r) { header(r, "X-Amz-Date") = "20150830T123601Z"; }},
    {"a time of the next day", signature_does_not_match,
     [](auto& r) { header(r, "X-Amz-Date") = "20150831T123600Z"; }},
    {"a time that is none", incomplete_signature,
     [](auto& r) { header(r, "X-Amz-Date") = "2015-08-30T12:36:00Z"; }},
    {"a second time", incomplete_signature,
     [](auto& r) { r.headers.emplace_back("X-Amz-Date", "20150830T123600Z"); }},
    {"no time", incomplete_signature, [](auto& r) { drop(r, "X-Amz-Date"); }},
    {"an unsigned Date instead", signature_does_not_match,
     [](auto& r) { drop(r, "X-Amz-Date"), r.headers.emplace_back("Date", "20150830T123600Z"); }},
    {"no signature at all", missing_authentication_token, [](auto& r) { drop(r, "Authorization"); }},
    {"the signature twice", incomplete_signature,
     [](auto& r) { r.headers.emplace_back("authorization", header(r, "Authorization")); }},
    {"a signature in the query string as well", incomplete_signature,
     [](auto& r) { r = signed_in_query(std::move(r), {}); }},
    {"a part of one in the query string", incomplete_signature,
     [](auto& r) { r.target = "/?x-amz-signature="; }},
    {"basic authentication", incomplete_signature,
     [](auto& r) { header(r, "Authorization") = "Basic QTpC"; }},
    {"an empty Authorization", incomplete_signature, [](auto& r) { header(r, "Authorization") = ""; }},
    {"another algorithm", incomplete_signature, [](auto& r) { authorization(r, "SHA256", "SHA512"); }},
    {"an algorithm that goes on", incomplete_signature,
     [](auto& r) { authorization(r, "SHA256 ", "SHA256X "); }},
    {"an algorithm alone", incomplete_signature,
     [](auto& r) { header(r, "Authorization") = "AWS4-HMAC-SHA256"; }},
    {"no SignedHeaders", incomplete_signature,
     [](auto& r) { authorization(r, "SignedHeaders=content-type;host;x-amz-date, ", ""); }},
    {"empty SignedHeaders", incomplete_signature,
     [](auto& r) { authorization(r, "content-type;host;x-amz-date", ""); }},
    {"Credential twice", incomplete_signature,
     [](auto& r) { header(r, "Authorization") += ", Credential=A/1/b/ses/aws4_request"; }},
    {"a part that nobody knows", incomplete_signature,
     [](auto& r) { header(r, "Authorization") += ", Account=second"; }},
    {"a comma at the end", incomplete_signature, [](auto& r) { header(r, "Authorization") += ","; }},
    {"a header name taken out", signature_does_not_match,
     [](auto& r) { authorization(r, "content-type;", ""); }},
    {"a header name put in", signature_does_not_match,
     [](auto& r) { authorization(r, "x-amz-date", "user-agent;x-amz-date"); }},
    {"header names out of order", incomplete_signature,
     [](auto& r) { authorization(r, "content-type;host", "host;content-type"); }},
    {"a header name in capitals", incomplete_signature, [](auto& r) { authorization(r, "host", "Host"); }},
    {"a header name twice", incomplete_signature, [](auto& r) { authorization(r, "host", "host;host"); }},
    {"an empty header name", incomplete_signature, [](auto& r) { authorization(r, "host", ";host"); }},
    {"a scope of four parts", incomplete_signature, [](auto& r) { authorization(r, "/ses", ""); }},
    {"a scope of six parts", incomplete_signature, [](auto& r) { authorization(r, "/ses", "/ses/email"); }},
    {"an empty key", incomplete_signature, [](auto& r) { authorization(r, "AKIDEXAMPLE", ""); }},
    {"another known key", signature_does_not_match,
     [](auto& r) { authorization(r, "AKIDEXAMPLE", "AKIDANOTHER"); }},
    {"an unknown key", invalid_client_token, [](auto& r) { authorization(r, "AKIDEXAMPLE", "AKIDUNKNOWN"); }},
    {"another day of the scope", signature_does_not_match,
     [](auto& r) { authorization(r, "20150830", "20150829"); }},
    {"another region", signature_does_not_match, [](auto& r) { authorization(r, "us-east-1", "us-east-2"); }},
    {"the other service", signature_does_not_match, [](auto& r) { authorization(r, "/ses", "/email"); }},
    {"a terminator of its own", signature_does_not_match,
     [](auto& r) { authorization(r, "aws4_request", "aws5_request"); }},
    {"a shortened signature", incomplete_signature, [](auto& r) { header(r, "Authorization").pop_back(); }},
    {"a lengthened signature", incomplete_signature, [](auto& r) { header(r, "Authorization") += '0'; }},
    {"a signature in capitals", incomplete_signature,
     [](auto& r) {
       std::string& text = header(r, "Authorization");
       for (auto at = text.find("Signature=") + 10; at < text.size(); ++at)
         if (text[at] >= 'a') text[at] = static_cast<char>(text[at] - 32);
     }},
    {"one bit of the signature", signature_does_not_match,
     [](auto& r) {
       char& last = header(r, "Authorization").back();
       last = last == '0' ? '1' : '0';
     }},
    {"unsigned content", signature_does_not_match,
     [](auto& r) { r.headers.emplace_back("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD"); }},
};

constexpr tampering tamperings_of_a_query[]{
    {"another parameter", signature_does_not_match,
     [](auto& r) { replace(r.target, "ListIdentities", "DeleteIdentity"); }},
    {"a second Action", signature_does_not_match, [](auto& r) { r.target += "&Action=DeleteIdentity"; }},
    {"a plus sign for an encoded one", signature_does_not_match,
     [](auto& r) { replace(r.target, "%2B", "+"); }},
    {"a body", signature_does_not_match, [](auto& r) { r.body = "Action=DeleteIdentity"; }},
    {"another host", signature_does_not_match, [](auto& r) { header(r, "Host") = "example.com"; }},
    {"a longer life", signature_does_not_match,
     [](auto& r) { replace(r.target, "Expires=3600", "Expires=7200"); }},
    {"no life", incomplete_signature, [](auto& r) { replace(r.target, "&X-Amz-Expires=3600", ""); }},
    {"no day", incomplete_signature, [](auto& r) { replace(r.target, "&X-Amz-Date=20150830T123600Z", ""); }},
    {"no algorithm", incomplete_signature,
     [](auto& r) { replace(r.target, "X-Amz-Algorithm=AWS4-HMAC-SHA256&", ""); }},
    {"another algorithm", incomplete_signature, [](auto& r) { replace(r.target, "SHA256", "SHA1"); }},
    {"no signature", incomplete_signature,
     [](auto& r) { r.target.resize(r.target.find("&X-Amz-Signature")); }},
    {"an empty signature", incomplete_signature,
     [](auto& r) { r.target.resize(r.target.find("Signature=") + 10); }},
    {"names in small letters", incomplete_signature,
     [](auto& r) { replace(r.target, "X-Amz-Signature", "x-amz-signature"); }},
    {"the time twice", malformed_query_string, [](auto& r) { r.target += "&X-Amz-Date=20150830T123600Z"; }},
    {"the key twice, once in small letters", malformed_query_string,
     [](auto& r) { r.target += "&x-amz-credential=A"; }},
    {"another time in the header", incomplete_signature,
     [](auto& r) { r.headers.emplace_back("X-Amz-Date", "20150830T123601Z"); }},
    {"an unsigned header", signature_does_not_match,
     [](auto& r) { r.headers.emplace_back("X-Amz-Target", "x"); }},
    {"a session token", invalid_client_token, [](auto& r) { r.target += "&X-Amz-Security-Token=t"; }},
    {"unsigned content", signature_does_not_match,
     [](auto& r) { r.target += "&X-Amz-Content-Sha256=UNSIGNED-PAYLOAD"; }},
    {"an Authorization header as well", incomplete_signature,
     [](auto& r) { r.headers.emplace_back("Authorization", "AWS4-HMAC-SHA256 x"); }},
    {"an unknown key", invalid_client_token,
     [](auto& r) { replace(r.target, "AKIDEXAMPLE", "AKIDUNKNOWN"); }},
};

/// Well signed, by somebody who may not, or for something else.
struct misuse {
  const char* what;
  api_fault fault;
  void (*done)(owned_request&, signing_orders&);
};

constexpr misuse misuses[]{
    {"another secret", signature_does_not_match,
     [](auto&, auto& o) { o.secret_access_key = another_secret; }},
    {"an unknown key", invalid_client_token, [](auto&, auto& o) { o.access_key_id = "AKIDUNKNOWN"; }},
    {"the empty key's own secret", incomplete_signature, [](auto&, auto& o) { o.access_key_id = ""; }},
    {"another day of the scope", signature_does_not_match, [](auto&, auto& o) { o.date = "20150829"; }},
    {"another region", signature_does_not_match, [](auto&, auto& o) { o.region = "eu-west-1"; }},
    {"a region that is none", signature_does_not_match, [](auto&, auto& o) { o.region = "US EAST"; }},
    {"another service", signature_does_not_match, [](auto&, auto& o) { o.service = "s3"; }},
    {"another terminator", signature_does_not_match, [](auto&, auto& o) { o.terminator = "aws4_requests"; }},
    {"another algorithm", incomplete_signature, [](auto&, auto& o) { o.algorithm = "AWS4-HMAC-SHA1"; }},
    {"an unsigned host", signature_does_not_match,
     [](auto&, auto& o) {
       o.signed_headers = {"content-type", "x-amz-date"};
     }},
    {"an unsigned time", signature_does_not_match,
     [](auto&, auto& o) {
       o.signed_headers = {"content-type", "host"};
     }},
    {"a signed header that is not there", signature_does_not_match,
     [](auto&, auto& o) {
       o.signed_headers = {"host", "range", "x-amz-date"};
     }},
    {"more signed headers than there are", signature_does_not_match,
     [](auto&, auto& o) { o.signed_headers = {"a", "b", "c", "d", "e", "f", "g", "host", "x-amz-date"}; }},
    {"a session token that is signed", invalid_client_token,
     [](auto& r, auto& o) {
       r.headers.emplace_back("X-Amz-Security-Token", "t");
       o.signed_headers.push_back("x-amz-security-token");
     }},
    {"unsigned content", signature_does_not_match,
     [](auto& r, auto& o) {
       r.headers.emplace_back("X-Amz-Content-Sha256", o.payload_hash = "UNSIGNED-PAYLOAD");
       o.signed_headers = {"content-type", "host", "x-amz-content-sha256", "x-amz-date"};
     }},
    {"streamed content", signature_does_not_match,
     [](auto& r, auto& o) {
       r.headers.emplace_back("X-Amz-Content-Sha256", o.payload_hash = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD");
       o.signed_headers = {"content-type", "host", "x-amz-content-sha256", "x-amz-date"};
     }},
    {"the hash of another body", signature_does_not_match,
     [](auto& r, auto& o) {
       r.headers.emplace_back("X-Amz-Content-Sha256", o.payload_hash = to_hex(sha256("another")));
       o.signed_headers = {"content-type", "host", "x-amz-content-sha256", "x-amz-date"};
     }},
    {"two hashes of the body", incomplete_signature,
     [](auto& r, auto&) {
       r.headers.emplace_back("X-Amz-Content-Sha256", to_hex(sha256(r.body)));
       r.headers.emplace_back("X-Amz-Content-Sha256", to_hex(sha256("another")));
     }},
    {"a time sixteen minutes ago", request_expired,
     [](auto& r, auto& o) { header(r, "X-Amz-Date") = o.time = "20150830T122000Z"; }},
    {"a time in sixteen minutes", request_expired,
     [](auto& r, auto& o) { header(r, "X-Amz-Date") = o.time = "20150830T125200Z"; }},
    {"a time of last year", request_expired,
     [](auto& r, auto& o) {
       header(r, "X-Amz-Date") = o.time = "20140830T123600Z";
       o.date = "20140830";
     }},
};

boost::system::result<signer, api_error> authenticated(const owned_request& request, time_point now) {
  const credentials keys = example_keys();
  return request.viewed(
      [&](const http_request& view) { return authenticate(view, keys, {.region = "us-east-1"}, now); });
}

void must_be_refused(const owned_request& request, const char* what, api_fault fault) {
  const auto account = authenticated(request, signed_at);
  ASSERT_FALSE(account) << what;
  EXPECT_EQ(account.error().fault, fault) << what << ": " << account.error().message;
  EXPECT_TRUE(account.error().message.ends_with('.')) << what << ": " << account.error().message;
}

TEST(sigv4, refuses_a_request_that_was_changed_after_it_was_signed_in_its_header) {
  const auto good = signed_in_header(example_request(), {});
  ASSERT_TRUE(authenticated(good, signed_at));
  for (const tampering& each : tamperings_of_a_header) {
    auto request = good;
    each.done(request);
    must_be_refused(request, each.what, each.fault);
  }
}

TEST(sigv4, refuses_a_request_that_was_changed_after_it_was_signed_in_its_query_string) {
  auto request = example_query_request();
  request.target = "/?A=%2B&Action=ListIdentities";
  const auto good = signed_in_query(std::move(request), {.signed_headers = {"host"}});
  ASSERT_TRUE(authenticated(good, signed_at));
  for (const tampering& each : tamperings_of_a_query) {
    auto changed = good;
    each.done(changed);
    must_be_refused(changed, each.what, each.fault);
  }
}

TEST(sigv4, refuses_a_request_that_is_signed_for_something_else) {
  for (const misuse& each : misuses) {
    auto request = example_request();
    signing_orders orders;
    each.done(request, orders);
    must_be_refused(signed_in_header(std::move(request), orders), each.what, each.fault);
  }
}

TEST(sigv4, refuses_a_life_that_is_no_number_of_seconds_up_to_a_week) {
  for (const char* wrong : {"0", "-1", "604801", "1.5", "%2B5", "5s", "0x5", "99999999999999999999", "%20"}) {
    const signing_orders orders{.signed_headers = {"host"}, .expires = wrong};
    must_be_refused(signed_in_query(example_query_request(), orders), wrong, incomplete_signature);
  }
}

TEST(sigv4, refuses_a_query_string_whose_time_is_over_or_has_not_come) {
  const auto good = signed_in_query(example_query_request(), {.signed_headers = {"host"}});
  for (const duration away : {duration{1h + 1ms}, duration{-15min - 1ms}}) {
    const auto account = authenticated(good, signed_at + away);
    ASSERT_FALSE(account);
    EXPECT_EQ(account.error().fault, request_expired);
  }
}

}  // namespace
}  // namespace easydkim
