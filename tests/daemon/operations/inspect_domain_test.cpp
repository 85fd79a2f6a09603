// SPDX-License-Identifier: Apache-2.0
// InspectDomain on the control socket: what a look at the DNS becomes as JSON, and what is refused before it.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "daemon/json/inspection_object.hpp"
#include "tests/support/scratch_daemon.hpp"

namespace easydkim {
namespace {

namespace json = boost::json;

std::string inspect(const std::string& params) {
  return R"({"jsonrpc":"2.0","id":1,"method":"InspectDomain","params":)" + params + "}";
}

TEST(inspect_domain, tells_the_zone_its_servers_and_every_warning) {
  tests::scratch_daemon daemon;
  daemon.zone = "example.com";
  daemon.servers = {"ns1.example.net", "ns2.example.net"};
  daemon.warnings = {{.code = "DNSSEC_BOGUS", .message = "The signatures expired."},
                     {.code = "WILDCARD", .message = "Every name answers."}};
  const json::value said = json::parse(daemon.answer(inspect(R"({"Domain":"MAIL.Example.com."})")));
  EXPECT_EQ(said.at("result"), json::parse(R"({
    "Domain":"mail.example.com", "Zone":"example.com", "Servers":["ns1.example.net","ns2.example.net"],
    "Warnings":[{"Code":"DNSSEC_BOGUS","Message":"The signatures expired."},
                {"Code":"WILDCARD","Message":"Every name answers."}]})"));
}

TEST(inspect_domain, tells_null_for_a_zone_that_is_not_known) {
  tests::scratch_daemon daemon;
  const json::value said = json::parse(daemon.answer(inspect(R"({"Domain":"example.com"})")));
  EXPECT_EQ(said.at("result"),
            json::parse(R"({"Domain":"example.com","Zone":null,"Servers":[],"Warnings":[]})"));
}

TEST(inspect_domain, warns_of_a_suffix_under_which_a_company_lets_others_have_names) {
  tests::scratch_daemon daemon;
  daemon.warnings = {{.code = "WILDCARD", .message = "Every name answers."}};
  const json::value said = json::parse(daemon.answer(inspect(R"({"Domain":"github.io"})")));
  const json::array& warnings = said.at("result").at("Warnings").as_array();
  ASSERT_EQ(warnings.size(), 2U);
  EXPECT_EQ(warnings[0].at("Code"), "NOT_YOURS");
  const json::value below = json::parse(daemon.answer(inspect(R"({"Domain":"a.github.io"})")));
  EXPECT_EQ(below.at("result").at("Warnings").as_array().size(), 1U);
}

TEST(inspect_domain, tells_which_zone_delegates_that_of_the_records) {
  const json::object said = inspection_object({.domain = domain_name::parse("example.com").value(),
                                               .zone = "_domainkey.example.com",
                                               .zone_above = "example.com"});
  EXPECT_EQ(said.at("ZoneAbove"), "example.com");
}

TEST(inspect_domain, changes_nothing) {
  tests::scratch_daemon daemon;
  daemon.answer(inspect(R"({"Domain":"example.com"})"));
  EXPECT_FALSE(daemon.stored("example.com"));
  EXPECT_EQ(daemon.counts().all(), 0U);
}

TEST(inspect_domain, refuses_what_could_not_become_an_identity) {
  tests::scratch_daemon daemon;
  for (const char* params :
       {"{}", R"({"Domain":""})", R"({"Domain":"co.uk"})", R"({"Domain":"user@example.com"})",
        R"({"Domain":"localhost"})", R"({"Domain":"a.dkim.example.net"})", R"({"Identity":"example.com"})",
        R"({"Domain":"example.com","Account":"a b"})"})
    EXPECT_EQ(json::parse(daemon.answer(inspect(params))).at("error").at("code"), -32602) << params;
}

TEST(inspect_domain, lets_no_control_character_of_a_foreign_server_through) {
  const json::object shown = inspection_object({.domain = *domain_name::parse("example.com"),
                                                .zone = "example.com",
                                                .servers = {"ns\x1b[2J.example.net"},
                                                .warnings = {{"WILDCARD", "It answers \x07."}}});
  EXPECT_EQ(shown.at("Servers").at(0), "ns\\027[2J.example.net");
  EXPECT_EQ(shown.at("Warnings").at(0).at("Message"), "It answers \\007.");
}

}  // namespace
}  // namespace easydkim
