// SPDX-License-Identifier: Apache-2.0
#include "daemon/ses_api/signature/sigv4.hpp"

#include <gtest/gtest.h>

#include <ctime>
#include <map>

#include "daemon/ses_api/signature/canonical_request.hpp"
#include "daemon/ses_api/signature/signing_time.hpp"
#include "daemon/ses_api/signature/uri_encoding.hpp"
#include "tests/support/sigv4_client.hpp"

namespace easydkim {
namespace {

using namespace std::chrono_literals;

/// The account, or the message of the refusal.
std::string outcome(const owned_request& request, const sigv4_rules& rules = {}, time_point now = signed_at) {
  const credentials keys = example_keys();
  return request.viewed([&](const http_request& view) {
    const auto account = authenticate(view, keys, rules, now);
    return account ? account->account : "refused: " + account.error().message;
  });
}

TEST(sigv4, agrees_with_every_published_case) {
  const std::map<std::string, api_fault> faults{
      {"signature_does_not_match", api_fault::signature_does_not_match},
      {"invalid_client_token", api_fault::invalid_client_token}};
  const credentials keys = example_keys();
  const sigv4_rules rules{.region = "us-east-1", .services = {"service"}};
  const auto cases = published_cases(EASYDKIM_SOURCE_DIR "/tests/daemon/ses_api/signature/sigv4_cases/published.txt");
  EXPECT_EQ(cases.size(), 59U);
  for (const sigv4_case& each : cases)
    each.request.viewed([&](const http_request& view) {
      const auto account = authenticate(view, keys, rules, signed_at);
      if (each.refused.empty())
        EXPECT_EQ(account ? account->account : account.error().message, "first") << each.name;
      else
        EXPECT_TRUE(!account && account.error().fault == faults.at(each.refused)) << each.name;
    });
}

TEST(sigv4, gives_the_account_of_the_key_that_signed) {
  signing_orders orders;
  EXPECT_EQ(outcome(signed_in_header(example_request(), orders)), "first");
  orders.access_key_id = "AKIDANOTHER";
  orders.secret_access_key = another_secret;
  EXPECT_EQ(outcome(signed_in_header(example_request(), orders)), "second");
}

TEST(sigv4, names_the_key_that_signed_whatever_other_headers_say) {
  auto request = example_request();
  request.headers.emplace_back("X-Other", "Credential=AKIDANOTHER/20150830/us-east-1/ses/aws4_request");
  const credentials keys = example_keys();
  signed_in_header(std::move(request), {}).viewed([&](const http_request& view) {
    const auto by = authenticate(view, keys, {}, signed_at);
    EXPECT_EQ(by ? by->access_key_id : by.error().message, "AKIDEXAMPLE");
  });
}

TEST(sigv4, takes_work_that_grows_with_the_headers_and_not_with_their_square) {
  owned_request request = example_request();
  std::string names;
  for (int i = 100'000; i < 120'000; ++i) {
    request.headers.emplace_back("H" + std::to_string(i), "v");
    names += "h" + std::to_string(i) + ';';
  }
  request.headers.emplace_back(
      "Authorization", "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/ses/aws4_request, SignedHeaders=" +
                           names + "host;x-amz-date, Signature=" + std::string(64, '0'));
  const std::clock_t began = std::clock();
  const std::string refused = outcome(request);
  EXPECT_TRUE(refused.starts_with("refused: The request signature we calculated does not match")) << refused;
  EXPECT_LT(std::clock() - began, 2 * CLOCKS_PER_SEC);  // of the processor; the square takes tens of seconds
}

TEST(sigv4, takes_both_service_names_of_ses_and_any_region_unless_one_is_set) {
  signing_orders orders{.region = "eu-west-1", .service = "email"};
  const auto request = signed_in_header(example_request(), orders);
  EXPECT_EQ(outcome(request), "first");
  EXPECT_EQ(outcome(request, {.region = "eu-west-1"}), "first");
  EXPECT_EQ(outcome(request, {.region = "us-east-1"}),
            "refused: Credential should be scoped to a valid region, not 'eu-west-1': sign for 'us-east-1'.");
}

TEST(sigv4, in_the_header_is_good_for_the_clock_skew_either_way) {
  const auto request = signed_in_header(example_request(), {});
  const sigv4_rules rules{.clock_skew = 5min};
  EXPECT_EQ(outcome(request, rules, signed_at + 5min), "first");
  EXPECT_EQ(outcome(request, rules, signed_at - 5min), "first");
  EXPECT_EQ(
      outcome(request, rules, signed_at + 5min + 1s),
      "refused: Signature expired: it was made at 20150830T123600Z, and it is 2015-08-30T12:41:01Z here; "
      "set the clock, or sign anew.");
  EXPECT_EQ(outcome(request, rules, signed_at - 5min - 1s),
            "refused: Signature not yet current: it was made at 20150830T123600Z, and it is "
            "2015-08-30T12:30:59Z here; set the clock, or sign anew.");
}

TEST(sigv4, in_the_query_string_is_good_until_its_own_end) {
  signing_orders orders{.signed_headers = {"host"}, .expires = "7200"};
  const auto request = signed_in_query(example_query_request(), orders);
  EXPECT_EQ(outcome(request, {}, signed_at - 15min), "first");
  EXPECT_EQ(outcome(request, {}, signed_at + 2h), "first");
  EXPECT_NE(outcome(request, {}, signed_at + 2h + 1s), "first");
  orders.expires = "1";
  EXPECT_NE(outcome(signed_in_query(example_query_request(), orders), {}, signed_at + 2s), "first");
}

TEST(sigv4, takes_the_time_from_the_date_header_when_there_is_no_other) {
  const signing_orders orders{.signed_headers = {"content-type", "date", "host"}};
  for (const char* date :
       {"Sun, 30 Aug 2015 12:36:00 GMT", "Sun, 30 Aug 2015 12:36:00 -0000", "20150830T123600Z"}) {
    auto request = example_request();
    request.headers[1] = {"Date", date};
    EXPECT_EQ(outcome(signed_in_header(request, orders)), "first") << date;
  }
}

TEST(sigv4, does_not_mind_unsigned_headers_that_proxies_and_sdks_add) {
  auto request = signed_in_header(example_request(), {});
  request.headers.emplace_back("X-Amzn-Trace-Id", "Root=1-5759e988-bd862e3fe1be46a994272793");
  request.headers.emplace_back("X-Forwarded-For", "192.0.2.1");
  request.headers.emplace_back("aws-sdk-invocation-id", "1");
  request.headers.emplace_back("X-Amz-Content-Sha256", to_hex(sha256(request.body)));
  EXPECT_EQ(outcome(request), "first");
}

TEST(sigv4, reads_the_parts_of_the_header_in_any_order_with_or_without_spaces) {
  auto request = signed_in_header(example_request(), {});
  std::string& header = request.headers.back().second;
  const auto signature = header.substr(header.find("Signature="));
  header = "AWS4-HMAC-SHA256   " + signature +
           ",SignedHeaders=content-type;host;x-amz-date,Credential=AKIDEXAMPLE/20150830/us-east-1/ses/"
           "aws4_request";
  EXPECT_EQ(outcome(request), "first");
}

TEST(sigv4, takes_parameters_of_the_query_string_in_any_order_and_spelling) {
  owned_request request = example_query_request();
  request.target = "/?Action=DeleteIdentity&Identity=a%20b%2Bc~";
  request = signed_in_query(request, {.signed_headers = {"host"}});
  ASSERT_EQ(outcome(request), "first");
  const auto rest = request.target.substr(request.target.find("&X-Amz"));
  request.target = "/?%49dentity=a+b%2bc%7E" + rest + "&&Action=DeleteIdentity&";
  EXPECT_EQ(outcome(request), "first");
}

TEST(sigv4, does_not_see_how_white_space_in_headers_is_spelt) {
  auto request = example_request();
  request.headers[2].second = "text/plain; charset=utf-8";
  request = signed_in_header(request, {});
  for (const char* same :
       {"  text/plain;  charset=utf-8 ", "text/plain;\tcharset=utf-8", "text/plain; \r\n charset=utf-8"}) {
    request.headers[2].second = same;
    EXPECT_EQ(outcome(request), "first") << same;
  }
  request.headers[2].second = "text/plain;charset=utf-8";
  EXPECT_NE(outcome(request), "first");
}

TEST(sigv4, says_of_an_unknown_key_and_of_a_wrong_signature_what_aws_says) {
  EXPECT_EQ(outcome(signed_in_header(example_request(), {.access_key_id = "AKIDUNKNOWN"})),
            "refused: The security token included in the request is invalid.");
  EXPECT_EQ(
      outcome(signed_in_header(example_request(), {.secret_access_key = "wrong"})),
      "refused: The request signature we calculated does not match the signature you provided. Check your "
      "AWS Secret Access Key and signing method. Consult the service documentation for details.");
}

TEST(sigv4, keeps_derived_keys_but_only_so_many) {
  signing_keys keys;
  const secret of{example_secret};
  const credential_scope scope{"20150830", "us-east-1", "ses", "aws4_request"};
  const auto first = keys.find("AKIDEXAMPLE", of, scope).octets;
  EXPECT_EQ(keys.find("AKIDEXAMPLE", of, scope).octets, first);
  EXPECT_EQ(keys.size(), 1U);
  EXPECT_NE(keys.find("AKIDANOTHER", secret{another_secret}, scope).octets, first);
  EXPECT_EQ(keys.size(), 2U);
  for (std::size_t i = 0; i < 3 * signing_keys::most_keys; ++i) {
    const credential_scope strange{"20150830", "region-" + std::to_string(i), "ses", "aws4_request"};
    keys.find("AKIDEXAMPLE", of, strange);
    ASSERT_LE(keys.size(), signing_keys::most_keys);
  }
  EXPECT_EQ(keys.find("AKIDEXAMPLE", of, scope).octets, first);
}

TEST(derived_key, is_that_of_the_aws_documentation) {
  // https://docs.aws.amazon.com/general/latest/gr/signature-v4-examples.html
  const secret of{"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"};
  EXPECT_EQ(to_hex(derived_key(of, {"20120215", "us-east-1", "iam", "aws4_request"}).octets),
            "f4780e2d9f65fa895f9c67b32ce1baf0b0d8a43505a000a1a9e090d414db404d");
}

TEST(canonical_path, is_cleaned_and_encoded_once_more) {
  EXPECT_EQ(canonical_path(""), "/");
  EXPECT_EQ(canonical_path("/.."), "/");
  EXPECT_EQ(canonical_path("/a/./b//../c/"), "/a/c/");
  EXPECT_EQ(canonical_path("/a/b/.."), "/a");
  EXPECT_EQ(canonical_path("/v2/email/identities/user%40example.com"),
            "/v2/email/identities/user%2540example.com");
  EXPECT_EQ(canonical_path("/..."), "/...");
}

TEST(canonical_query, is_sorted_by_encoded_names_and_then_by_values) {
  const auto canonical = [](std::string_view query) { return canonical_query(decoded_query(query).value()); };
  EXPECT_EQ(canonical(""), "");
  EXPECT_EQ(canonical("b=2&a=2&a=1&a"), "a=&a=1&a=2&b=2");
  EXPECT_EQ(canonical("a.b=1&a=2"), "a=2&a.b=1");  // "a" and "a.b" are compared before "=" is put between
  EXPECT_EQ(canonical("x=1=2&X-Amz-Signature=0&y=%e1%88%b4"), "x=1%3D2&y=%E1%88%B4");
  for (const char* wrong : {"a=%", "a=%4", "a=%4g", "%zz", "a=1&%"})
    EXPECT_FALSE(decoded_query(wrong)) << wrong;
}

TEST(signing_time, is_read_in_the_forms_that_clients_send_and_in_no_other) {
  ASSERT_TRUE(signing_time_from_iso8601("20150830T123600Z"));
  EXPECT_EQ(signing_time_from_iso8601("20150830T123600Z")->at, signed_at);
  EXPECT_EQ(signing_time_from_http_date("Sun, 30 Aug 2015 12:36:00 GMT")->at, signed_at);
  EXPECT_EQ(signing_time_from_http_date("Sun, 30 Aug 2015 12:36:00 GMT")->text, "20150830T123600Z");
  for (const char* wrong :
       {"", "20150830T123600", "20150830T123600z", "2015-08-30T12:36:00Z", "20150230T123600Z",
        "20151330T123600Z", "20150830T243600Z", "20150830T126000Z", "20150830T123660Z", "2015083OT123600Z",
        "00000000T000000Z", "20150830T123600ZZ", " 20150830T123600Z"}) {
    EXPECT_FALSE(signing_time_from_iso8601(wrong)) << wrong;
    EXPECT_FALSE(signing_time_from_http_date(wrong)) << wrong;
  }
  for (const char* wrong :
       {"Sun, 30 Aug 2015 12:36:00 CET", "Sun, 30 Aug 2015 12:36:00 ", "Sun, 31 Feb 2015 12:36:00 GMT",
        "Sun, 30 aug 2015 12:36:00 GMT", "Sunday, 30-Aug-15 12:36:00 GMT", "Sun, 30 Aug 2015 12-36-00 GMT"})
    EXPECT_FALSE(signing_time_from_http_date(wrong)) << wrong;
}

}  // namespace
}  // namespace easydkim
