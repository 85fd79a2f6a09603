// SPDX-License-Identifier: Apache-2.0
// SES v2: paths and bodies as SDKs send them, and the JSON that goes back.
#include <gtest/gtest.h>

#include <array>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <string>
#include <vector>

#include "daemon/ses_api/call/api_refusal.hpp"
#include "daemon/ses_api/v2/email_identity_object.hpp"
#include "daemon/ses_api/v2/json_request.hpp"
#include "daemon/ses_api/v2/json_response.hpp"
#include "tests/support/observations.hpp"

namespace easydkim {
namespace {

namespace json = boost::json;

using tests::sample_identity;

http_request put(std::string_view body, std::string_view target = "/v2/email/identities/example.com/dkim") {
  return {.method = "PUT", .target = target, .headers = {}, .body = body};
}

json_request read(const http_request& request) {
  const auto read = json_request::read(request);
  EXPECT_TRUE(read) << read.error().message;
  return *read;
}

template <class Use>
api_error refusal(Use use) {
  try {
    use();
  } catch (const api_refusal& why) {
    return why.error();
  }
  return {api_fault::internal_failure, "nothing was refused"};
}

using texts = std::vector<std::string>;

TEST(json_request, has_the_decoded_segments_of_its_path) {
  EXPECT_EQ(read(put("")).path(), (texts{"v2", "email", "identities", "example.com", "dkim"}));
  EXPECT_EQ(read(put("", "/v2/ex%C3%A4mple.com?x=1")).path(), (texts{"v2", "exämple.com"}));
  EXPECT_EQ(read(put("", "/v2/a%2Fb+c")).path(), (texts{"v2", "a/b+c"}));
  EXPECT_EQ(read(put("", "/v2//")).path(), (texts{"v2", "", ""}));
}

TEST(json_request, has_the_parameters_of_its_query) {
  const json_request request = read(put("", "/v2/email/identities?PageSize=7&NextToken=a%20b"));
  EXPECT_EQ(request.query_number("PageSize"), 7U);
  EXPECT_EQ(request.query_text("NextToken"), "a b");
  EXPECT_EQ(request.query_text("Other"), std::nullopt);
}

TEST(json_request, refuses_numbers_that_are_none) {
  for (const std::string number : {"", "-1", "1.5", "x", "1%20", "99999999999999999999"})
    EXPECT_EQ(refusal([&] { read(put("", "/v2?PageSize=" + number)).query_number("PageSize"); }).fault,
              api_fault::invalid_parameter_value)
        << number;
}

TEST(json_request, has_the_members_of_its_body) {
  const json_request request =
      read(put(R"({"EmailIdentity":"exämple.com","SigningEnabled":false,"Tags":[]})"));
  EXPECT_EQ(request.text("EmailIdentity"), "exämple.com");
  EXPECT_FALSE(request.boolean("SigningEnabled"));
}

TEST(json_request, tells_members_that_say_something_from_those_that_say_nothing) {
  const json_request request = read(put(R"({"A":[],"B":{},"C":null,"D":[1],"E":{"x":1},"F":""})"));
  for (const std::string_view nothing : {"A", "B", "C", "G"}) EXPECT_FALSE(request.has(nothing)) << nothing;
  for (const std::string_view something : {"D", "E", "F"}) EXPECT_TRUE(request.has(something)) << something;
}

TEST(json_request, refuses_members_that_are_not_what_they_should_be) {
  const json_request request = read(put(R"({"EmailIdentity":1,"SigningEnabled":"true","None":null})"));
  EXPECT_EQ(refusal([&] { request.text("EmailIdentity"); }).message, "EmailIdentity must be a string.");
  EXPECT_EQ(refusal([&] { request.boolean("SigningEnabled"); }).fault, api_fault::invalid_parameter_value);
  EXPECT_EQ(refusal([&] { request.text("None"); }).fault, api_fault::missing_parameter);
  EXPECT_EQ(refusal([&] { request.text("Missing"); }).message, "The body needs the member Missing; add it.");
}

TEST(json_request, is_refused_whole_when_it_cannot_be_read) {
  const std::string deep(100000, '[');
  const std::array<std::string_view, 8> bodies{"{",    "[]",           "1", "\"text\"", "{\"a\":1}x",
                                               "\xff", "{\"a\":\xff}", deep};
  for (const std::string_view body : bodies) {
    const auto read = json_request::read(put(body));
    ASSERT_FALSE(read) << body;
    EXPECT_EQ(read.error().fault, api_fault::malformed_query_string);
  }
  for (const std::string_view target : {"/v2/%", "/v2/%zz", "/v2/%ff", "/v2/%00", "/v2?a=1&a=2", "/v2?a=%f"})
    EXPECT_FALSE(json_request::read(put("", target))) << target;
}

TEST(json_error, has_the_name_and_status_of_ses_v2_for_every_fault) {
  struct row {
    api_fault fault;
    unsigned status;
    std::string_view name;
  };
  constexpr std::array rows{
      row{api_fault::incomplete_signature, 403, "IncompleteSignatureException"},
      row{api_fault::invalid_client_token, 403, "UnrecognizedClientException"},
      row{api_fault::signature_does_not_match, 403, "InvalidSignatureException"},
      row{api_fault::missing_authentication_token, 403, "MissingAuthenticationTokenException"},
      row{api_fault::request_expired, 403, "InvalidSignatureException"},
      row{api_fault::invalid_action, 404, "UnknownOperationException"},
      row{api_fault::missing_parameter, 400, "BadRequestException"},
      row{api_fault::invalid_parameter_value, 400, "BadRequestException"},
      row{api_fault::malformed_query_string, 400, "BadRequestException"},
      row{api_fault::not_found, 404, "NotFoundException"},
      row{api_fault::already_exists, 400, "AlreadyExistsException"},
      row{api_fault::throttling, 429, "TooManyRequestsException"},
      row{api_fault::limit_exceeded, 400, "LimitExceededException"},
      row{api_fault::service_unavailable, 503, "ServiceUnavailableException"},
      row{api_fault::internal_failure, 500, "InternalFailure"},
  };
  for (const row& each : rows) {
    const http_answer answer = json_error({each.fault, "why"}, "id");
    EXPECT_EQ(answer.status, each.status) << each.name;
    EXPECT_EQ(answer.header(error_type_header), each.name);
    EXPECT_EQ(answer.body, R"({"message":"why"})");
    EXPECT_EQ(answer.content_type, "application/json");
    EXPECT_EQ(answer.header(request_id_header), "id");
  }
}

TEST(verification_info, says_why_an_identity_is_not_verified) {
  struct row {
    finding_kind kind;
    finding_reason reason;
    std::string_view error;
  };
  constexpr std::array rows{
      row{finding_kind::absent, finding_reason::no_such_name, "HOST_NOT_FOUND"},
      row{finding_kind::absent, finding_reason::no_such_type, "TYPE_NOT_FOUND"},
      row{finding_kind::wrong_target, finding_reason::other_target, "INVALID_VALUE"},
      row{finding_kind::no_answer, finding_reason::servfail, "DNS_SERVER_ERROR"},
      row{finding_kind::no_answer, finding_reason::unreachable, "SERVICE_ERROR"},
  };
  described_identity shown{.subject = sample_identity(), .last_checked_at = {}, .next_check_at = {}};
  EXPECT_EQ(json::serialize(verification_info_object(shown)), "{}");
  shown.subject.findings[0].kind = finding_kind::found;
  shown.last_checked_at = time_point{std::chrono::milliseconds{200'999}};
  for (const row& each : rows) {
    shown.subject.findings[1] = {each.kind, each.reason, {}};
    EXPECT_EQ(json::serialize(verification_info_object(shown)),
              R"({"LastCheckedTimestamp":200,"ErrorType":")" + std::string{each.error} + "\"}");
  }
}

TEST(verification_info, says_why_by_the_diagnosis_and_tells_the_zone) {
  described_identity shown{.subject = sample_identity()};
  shown.subject.findings[0] = tests::absent_record();
  shown.seen.zone = tests::sample_zone();
  shown.seen.diagnosed = tests::sample_report(diagnosis_code::txt_instead_of_cname);
  EXPECT_EQ(json::serialize(verification_info_object(shown)),
            R"({"SOARecord":{"PrimaryNameServer":"ns1.example.net","SerialNumber":2026112301},)"
            R"("ErrorType":"TYPE_NOT_FOUND"})");

  shown.seen.diagnosed = tests::sample_report(diagnosis_code::ent_nxdomain);
  EXPECT_EQ(verification_info_object(shown).at("ErrorType"), "HOST_NOT_FOUND")
      << "what is only worth knowing is no error";
}

TEST(verification_info, says_no_error_of_a_verified_identity) {
  described_identity shown{.subject = sample_identity(), .last_checked_at = {}, .next_check_at = {}};
  shown.subject.dkim.status = dkim_status::success;
  shown.subject.dkim.verified_at = time_point{std::chrono::milliseconds{150'000}};
  shown.subject.findings[0] = {finding_kind::no_answer, finding_reason::timeout, {}};
  EXPECT_EQ(json::serialize(verification_info_object(shown)), R"({"LastSuccessTimestamp":150})");
}

TEST(verification_info, names_no_error_of_one_proof_while_the_other_is_verified) {
  described_identity shown{.subject = sample_identity(), .last_checked_at = {}, .next_check_at = {}};
  shown.subject.findings[0] = tests::absent_record();
  shown.subject.txt.status = dkim_status::success;
  shown.subject.txt.verified_at = time_point{std::chrono::seconds{150}};
  EXPECT_EQ(json::serialize(verification_info_object(shown)), R"({"LastSuccessTimestamp":150})");
}

TEST(dkim_attributes, have_the_members_of_ses_v2) {
  const identity subject = sample_identity();
  const json::object shown = dkim_attributes_object(subject, "dkim.example.org");
  EXPECT_EQ(shown.at("SigningEnabled"), true);
  EXPECT_EQ(shown.at("Status"), "PENDING");
  EXPECT_EQ(shown.at("Tokens").as_array().size(), 3U);
  EXPECT_EQ(shown.at("SigningHostedZone"), "dkim.example.org");
  EXPECT_EQ(shown.at("SigningAttributesOrigin"), "AWS_SES");
}

TEST(dkim_attributes, of_an_identity_that_nobody_asked_tokens_for_have_none) {
  identity subject = sample_identity();
  subject.dkim = {};
  EXPECT_EQ(json::serialize(dkim_attributes_object(subject, "dkim.example.org")),
            R"({"SigningEnabled":false,"Status":"NOT_STARTED","SigningHostedZone":"dkim.example.org",)"
            R"("SigningAttributesOrigin":"AWS_SES"})");
}

TEST(verification_info, of_an_identity_with_a_txt_record_alone_speaks_of_that) {
  described_identity shown{.subject = sample_identity(), .last_checked_at = {}, .next_check_at = {}};
  shown.subject.dkim = {};
  shown.subject.txt.status = dkim_status::pending;
  shown.subject.txt_finding = {finding_kind::absent, finding_reason::no_such_name, {}};
  EXPECT_EQ(json::serialize(verification_info_object(shown)), R"({"ErrorType":"HOST_NOT_FOUND"})");
}

TEST(v2_word, has_one_for_every_status) {
  EXPECT_EQ(v2_word(dkim_status::not_started), "NOT_STARTED");
  EXPECT_EQ(v2_word(dkim_status::pending), "PENDING");
  EXPECT_EQ(v2_word(dkim_status::success), "SUCCESS");
  EXPECT_EQ(v2_word(dkim_status::failed), "FAILED");
  EXPECT_EQ(v2_word(dkim_status::temporary_failure), "TEMPORARY_FAILURE");
}

}  // namespace
}  // namespace easydkim
