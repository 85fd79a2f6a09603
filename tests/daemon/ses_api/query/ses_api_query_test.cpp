// SPDX-License-Identifier: Apache-2.0
// The Query protocol: forms as SDKs send them, forms as nobody should, and the XML that goes back.
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "daemon/ses_api/call/api_refusal.hpp"
#include "daemon/ses_api/query/query_request.hpp"
#include "daemon/ses_api/query/query_response.hpp"

namespace easydkim {
namespace {

constexpr std::array form_headers{
    http_header{"host", "127.0.0.1"},
    http_header{"content-type", "application/x-www-form-urlencoded; charset=utf-8"}};

http_request post(std::string_view body, std::string_view target = "/") {
  return {.method = "POST", .target = target, .headers = form_headers, .body = body};
}

query_request read(const http_request& request) {
  const auto read = query_request::read(request);
  EXPECT_TRUE(read) << read.error().message;
  return *read;
}

/// "fault: message" of what cannot be read; "read" of what can.
std::pair<std::string, api_fault> fault_of(const http_request& request) {
  const auto read = query_request::read(request);
  if (read) return {"read", api_fault::internal_failure};
  return {read.error().message, read.error().fault};
}

/// What `use` throws.
template <class Use>
api_error refusal(Use use) {
  try {
    use();
  } catch (const api_refusal& why) {
    return why.error();
  }
  return {api_fault::internal_failure, "nothing was refused"};
}

TEST(query_request, has_the_members_of_a_form_in_the_body) {
  const query_request request =
      read(post("Action=VerifyDomainDkim&Version=2010-12-01&Domain=ex%C3%A4mple.com"));
  EXPECT_EQ(request.action(), "VerifyDomainDkim");
  EXPECT_EQ(request.text("Domain"), "exämple.com");
}

TEST(query_request, has_the_members_of_a_url) {
  const http_request get{.method = "GET",
                         .target = "/?Action=ListIdentities&Version=2010-12-01&MaxItems=7",
                         .headers = {},
                         .body = {}};
  EXPECT_EQ(read(get).optional_number("MaxItems"), 7U);
}

TEST(query_request, leaves_a_signature_in_the_url_beside_the_body) {
  const query_request request = read(
      post("Action=DeleteIdentity&Identity=example.com", "/?X-Amz-Algorithm=AWS4-HMAC-SHA256&x-amz-date=1"));
  EXPECT_EQ(request.text("Identity"), "example.com");
}

TEST(query_request, reads_plus_and_percent_as_a_form_does) {
  EXPECT_EQ(read(post("Action=A&Domain=a+b%2Bc%20d%26e%3D")).text("Domain"), "a b+c d&e=");
}

TEST(query_request, ends_where_its_body_ends) {
  const std::string_view more = "Action=A&Domain=example.com&Domain=example.org";
  EXPECT_EQ(read(post(more.substr(0, more.rfind('&')))).text("Domain"), "example.com");
}

TEST(query_request, takes_empty_values_and_empty_pairs) {
  const query_request request = read(post("&Action=A&&Empty=&None&"));
  EXPECT_EQ(request.text("Empty"), "");
  EXPECT_EQ(request.text("None"), "");
}

TEST(query_request, lists_members_in_the_order_of_their_numbers) {
  const query_request request =
      read(post("Action=A&Identities.member.10=c&Identities.member.2=b&Identities.member.1=a"));
  EXPECT_EQ(request.texts("Identities", 100), (std::vector<std::string>{"a", "b", "c"}));
}

TEST(query_request, reads_an_empty_list_as_botocore_sends_it) {
  EXPECT_TRUE(read(post("Action=A&Identities=")).texts("Identities", 100).empty());
}

TEST(query_request, holds_as_many_members_as_are_allowed_and_no_more) {
  std::string form = "Action=A";
  for (int i = 1; i <= 100; ++i) form += "&Identities.member." + std::to_string(i) + "=x";
  EXPECT_EQ(read(post(form)).texts("Identities", 100).size(), 100U);
  form += "&Identities.member.101=x";
  EXPECT_EQ(refusal([&] { read(post(form)).texts("Identities", 100); }).fault,
            api_fault::invalid_parameter_value);
}

TEST(query_request, refuses_members_whose_number_is_none) {
  for (const std::string number : {"0", "01", "-1", "+1", "x", "", "1.Value", "99999999999999999999"}) {
    const std::string form = "Action=A&Identities.member." + number + "=a";
    EXPECT_EQ(refusal([&] { read(post(form)).texts("Identities", 100); }).fault,
              api_fault::invalid_parameter_value)
        << number;
  }
}

TEST(query_request, refuses_what_an_operation_cannot_use_and_says_what_is_allowed) {
  const query_request request = read(post("Action=SetIdentityDkimEnabled&DkimEnabled=yes&MaxItems=1x"));
  EXPECT_EQ(refusal([&] { request.text("Identity"); }).message,
            "SetIdentityDkimEnabled needs the parameter Identity; add it.");
  EXPECT_EQ(refusal([&] { request.text("Identity"); }).fault, api_fault::missing_parameter);
  EXPECT_EQ(refusal([&] { request.texts("Identities", 1); }).fault, api_fault::missing_parameter);
  EXPECT_EQ(refusal([&] { request.boolean("DkimEnabled"); }).message,
            "The parameter DkimEnabled of SetIdentityDkimEnabled must be true or false.");
  EXPECT_EQ(refusal([&] { request.optional_number("MaxItems"); }).fault, api_fault::invalid_parameter_value);
  EXPECT_EQ(request.optional_number("None"), std::nullopt);
}

TEST(query_request, is_refused_whole_when_it_is_no_form) {
  const std::array<std::string_view, 12> forms{
      "Action=A&Action=B",                  // twice
      "Action=A&Action=A",                  // even when it is the same
      "Action=A&%41ction=A",                // twice, once decoded
      "Action=A&Domain=%",                  // broken percent-encoding
      "Action=A&Domain=%4",                 //
      "Action=A&Domain=%zz",                //
      "Action=A&Domain=%ff",                // not UTF-8
      "Action=A&Domain=%C3",                // half a character
      "Action=A&Domain=%ED%A0%80",          // a surrogate
      "Action=A&Domain=a%00b",              // what XML cannot hold
      "Action=A&Domain=%1B%5B2J",           //
      "Action=A&Domain=<script>\x01 \r\n",  // what no URL holds
  };
  for (const std::string_view form : forms)
    EXPECT_EQ(fault_of(post(form)).second, api_fault::malformed_query_string) << form;
}

TEST(query_request, is_refused_when_parameters_stand_in_the_url_and_in_the_body) {
  EXPECT_EQ(fault_of(post("Domain=example.com", "/?Action=VerifyDomainDkim")).second,
            api_fault::malformed_query_string);
}

TEST(query_request, is_refused_when_the_body_is_not_said_to_be_a_form) {
  constexpr std::array json{http_header{"Content-Type", "application/json"}};
  const http_request request{.method = "POST", .target = "/", .headers = json, .body = "Action=A"};
  EXPECT_EQ(fault_of(request).first,
            "The body is 'application/json'; send it as application/x-www-form-urlencoded.");
}

TEST(query_request, needs_an_action_of_this_version) {
  EXPECT_EQ(fault_of(post("")).second, api_fault::missing_action);
  EXPECT_EQ(fault_of(post("Action=")).second, api_fault::missing_action);
  EXPECT_EQ(fault_of(post("Action=ListIdentities&Version=2012-12-01")),
            (std::pair{std::string{"Could not find operation ListIdentities for version 2012-12-01; send "
                                   "Version=2010-12-01."},
                       api_fault::invalid_action}));
}

TEST(xml_text, is_utf8_without_control_characters) {
  for (const std::string_view good :
       {"", "a\tb\r\n", "\x7f", "ä", "\xEF\xBF\xBD", "\xF4\x8F\xBF\xBF", "\xED\x9F\xBF"})
    EXPECT_TRUE(is_xml_text(good)) << good;
  for (const std::string_view bad :
       {"\x1f", "\x80", "\xC0\x80", "\xC3", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xEF\xBF\xBF", "\xEF\xBF\xBE",
        "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xE2\x82", "a\xC3(", "\xF0\x90\x28\xBC"})
    EXPECT_FALSE(is_xml_text(bad)) << bad;
  EXPECT_FALSE(is_xml_text(std::string_view{"\0", 1}));
}

TEST(query_response, has_the_shape_that_sdks_read) {
  query_response response{"VerifyDomainDkim"};
  append_text(response.result().append_child("DkimTokens"), "member", "abc");
  const http_answer answer = response.answer("id-1");
  EXPECT_EQ(answer.status, 200U);
  EXPECT_EQ(answer.content_type, "text/xml");
  EXPECT_EQ(answer.header(request_id_header), "id-1");
  EXPECT_EQ(
      answer.body,
      "<VerifyDomainDkimResponse xmlns=\"http://ses.amazonaws.com/doc/2010-12-01/\"><VerifyDomainDkimResult>"
      "<DkimTokens><member>abc</member></DkimTokens></VerifyDomainDkimResult><ResponseMetadata>"
      "<RequestId>id-1</RequestId></ResponseMetadata></VerifyDomainDkimResponse>");
}

TEST(query_response, has_its_result_even_when_that_is_empty) {
  EXPECT_NE(query_response{"DeleteIdentity"}.answer("x").body.find("<DeleteIdentityResult"),
            std::string::npos);
}

TEST(query_response, shows_foreign_text_harmlessly) {
  query_response response{"ListIdentities"};
  append_text(response.result(), "member", "</member>&\"'<x>");
  append_boolean(response.result(), "Flag", false);
  const std::string body = response.answer("x").body;
  EXPECT_NE(body.find("<member>&lt;/member&gt;&amp;\"'&lt;x&gt;</member><Flag>false</Flag>"),
            std::string::npos)
      << body;
}

TEST(query_error, has_type_code_message_and_request_id) {
  const http_answer answer = query_error({api_fault::throttling, "Rate exceeded"}, "id-2");
  EXPECT_EQ(answer.status, 400U);
  EXPECT_EQ(answer.body,
            "<ErrorResponse xmlns=\"http://ses.amazonaws.com/doc/2010-12-01/\"><Error><Type>Sender</Type>"
            "<Code>Throttling</Code><Message>Rate exceeded</Message></Error><RequestId>id-2</RequestId>"
            "</ErrorResponse>");
}

TEST(query_error, has_the_code_and_status_of_ses_for_every_fault) {
  struct row {
    api_fault fault;
    unsigned status;
    std::string_view code, type;
  };
  constexpr std::array rows{
      row{api_fault::incomplete_signature, 400, "IncompleteSignature", "Sender"},
      row{api_fault::invalid_client_token, 403, "InvalidClientTokenId", "Sender"},
      row{api_fault::signature_does_not_match, 403, "SignatureDoesNotMatch", "Sender"},
      row{api_fault::missing_authentication_token, 403, "MissingAuthenticationToken", "Sender"},
      row{api_fault::request_expired, 400, "RequestExpired", "Sender"},
      row{api_fault::invalid_action, 400, "InvalidAction", "Sender"},
      row{api_fault::missing_action, 400, "MissingAction", "Sender"},
      row{api_fault::missing_parameter, 400, "MissingParameter", "Sender"},
      row{api_fault::invalid_parameter_value, 400, "InvalidParameterValue", "Sender"},
      row{api_fault::invalid_parameter_combination, 400, "InvalidParameterCombination", "Sender"},
      row{api_fault::malformed_query_string, 404, "MalformedQueryString", "Sender"},
      row{api_fault::throttling, 400, "Throttling", "Sender"},
      row{api_fault::service_unavailable, 503, "ServiceUnavailable", "Receiver"},
      row{api_fault::internal_failure, 500, "InternalFailure", "Receiver"},
  };
  for (const row& each : rows) {
    const http_answer answer = query_error({each.fault, "why"}, "id");
    EXPECT_EQ(answer.status, each.status) << each.code;
    EXPECT_NE(
        answer.body.find("<Type>" + std::string{each.type} + "</Type><Code>" + std::string{each.code} + "<"),
        std::string::npos)
        << answer.body;
  }
}

TEST(api_refusal, says_what_the_control_socket_says) {
  EXPECT_EQ(refusal_of(errc::rate_exceeded, "example.com").error().message, "Rate exceeded");
  EXPECT_EQ(refusal_of(errc::rate_exceeded, "example.com").error().fault, api_fault::throttling);
  EXPECT_EQ(refusal_of(errc::email_not_an_identity, "a@example.com").error().message,
            "'a@example.com' is an e-mail address, which is no identity of its own here; give its domain.");
  EXPECT_EQ(refusal_of(errc::identity_limit, "example.com").error().fault, api_fault::limit_exceeded);
  EXPECT_EQ(refusal_of(errc::identity_not_found, "example.com").error().fault, api_fault::not_found);
  EXPECT_EQ(refusal_of(errc::store_full, "example.com").error().fault, api_fault::service_unavailable);
  EXPECT_EQ(refusal_of(errc::not_verified_for_dkim, "example.com").error().fault,
            api_fault::invalid_parameter_value);
}

}  // namespace
}  // namespace easydkim
