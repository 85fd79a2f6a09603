// SPDX-License-Identifier: Apache-2.0
// What the control socket says to a line, whatever the line is: JSON-RPC 2.0, over the real operations.
#include "daemon/control/control_protocol.hpp"

#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <map>

#include "tests/support/scratch_daemon.hpp"

namespace easydkim {
namespace {

namespace json = boost::json;
using tests::scratch_daemon;

class control_protocol : public testing::Test {
 protected:
  /// The answer to a line that must have one.
  json::value asked(std::string line) {
    const std::string said = daemon_.answer(std::move(line));
    EXPECT_EQ(said.find('\n'), said.npos) << said;
    return json::parse(said);
  }

  /// Its error, with what JSON-RPC asks of every error answer.
  json::object refused(std::string line) {
    const json::value said = asked(std::move(line));
    EXPECT_EQ(said.at("jsonrpc"), "2.0");
    EXPECT_EQ(said.as_object().size(), 3U) << said;
    EXPECT_FALSE(said.at("error").at("message").as_string().empty());
    return said.at("error").as_object();
  }
  std::int64_t code(std::string line) { return refused(std::move(line)).at("code").as_int64(); }

  static std::string verify(const std::string& id, const std::string& domain) {
    return R"({"jsonrpc":"2.0","id":)" + id + R"(,"method":"VerifyDomainDkim","params":{"Domain":")" +
           domain + R"("}})";
  }

  scratch_daemon daemon_;
};

TEST_F(control_protocol, answers_a_request_with_its_result_and_id) {
  const json::value said = asked(verify("7", "example.com"));
  EXPECT_EQ(said.at("jsonrpc"), "2.0");
  EXPECT_EQ(said.at("id"), 7);
  EXPECT_EQ(said.at("result").at("DkimTokens").as_array().size(), 3U);
  EXPECT_TRUE(daemon_.stored("example.com")) << "what is acknowledged is stored";
}

TEST_F(control_protocol, gives_an_id_of_any_type_back_as_it_came) {
  for (const char* id : {"0", "-1", "9223372036854775807", "18446744073709551615", "1.5E0", "\"\"", "\"id\"",
                         "\"\\u00e9\\n\"", "null"}) {
    const json::value said = asked(verify(id, "example.com"));
    EXPECT_EQ(said.at("id"), json::parse(id)) << id;
    EXPECT_TRUE(said.as_object().contains("result")) << id;
  }
}

TEST_F(control_protocol, refuses_an_id_that_is_no_string_number_or_null) {
  for (const char* id : {"true", "{}", "[1]"}) {
    const json::value said = asked(verify(id, "example.com"));
    EXPECT_EQ(said.at("error").at("code"), -32600) << id;
    EXPECT_TRUE(said.at("id").is_null()) << id;
  }
  EXPECT_EQ(daemon_.counts().all(), 0U) << "what is refused changes nothing";
}

TEST_F(control_protocol, refuses_text_that_is_not_json_with_a_parse_error) {
  for (const std::string& line :
       {std::string{"{"}, std::string{"hello"}, std::string{"{}{}"}, std::string{"{'a':1}"},
        std::string{"[1,]"}, std::string{"NaN"}, std::string(1, '\0')})
    EXPECT_EQ(code(line), -32700) << line.substr(0, 20);
}

TEST_F(control_protocol, refuses_json_that_is_nested_too_deep_by_name) {
  EXPECT_EQ(code(std::string(5000, '[') + std::string(5000, ']')), -32600);
}

TEST_F(control_protocol, refuses_an_id_that_it_could_not_give_back) {
  for (const char* id : {"1e400", "-1e400", "123456789012345678901234567890", "true", "[1]", "{}"}) {
    EXPECT_EQ(code(std::string{
                       R"({"jsonrpc":"2.0","method":"VerifyDomainDkim","params":{"Domain":"a.com"},"id":)"} +
                   id + "}"),
              -32600)
        << id;
  }
  EXPECT_FALSE(daemon_.stored("a.com"));
}

TEST_F(control_protocol, refuses_an_account_inside_of_an_item_of_an_import) {
  EXPECT_EQ(code(R"({"jsonrpc":"2.0","id":1,"method":"ImportIdentities","params":)"
                 R"({"Identities":[{"Domain":"a.com","Account":"other"}]}})"),
            -32602);
  EXPECT_FALSE(daemon_.stored("a.com"));
}

TEST_F(control_protocol, takes_null_for_no_tokens_in_an_import) {
  EXPECT_TRUE(asked(R"({"jsonrpc":"2.0","id":1,"method":"ImportIdentities","params":)"
                    R"({"Identities":[{"Domain":"a.com","DkimTokens":null}]}})")
                  .as_object()
                  .contains("result"));
  EXPECT_TRUE(daemon_.stored("a.com"));
}

TEST_F(control_protocol, refuses_octets_that_are_not_utf_8) {
  for (const char* octets : {"\xff", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82"})
    EXPECT_EQ(code(verify("1", std::string{"ex"} + octets + "ample.com")), -32700);
}

TEST_F(control_protocol, takes_names_in_utf_8) {
  EXPECT_TRUE(asked(verify("1", "ex\xc3\xa4mple.com")).as_object().contains("result"));
  EXPECT_TRUE(daemon_.stored("xn--exmple-cua.com"));
}

TEST_F(control_protocol, refuses_what_is_json_but_no_request) {
  for (const char* line :
       {"1", "null", "\"text\"", "{}", "[]", R"({"id":1})",
        R"({"jsonrpc":"1.0","id":1,"method":"GetStatus"})", R"({"jsonrpc":2.0,"id":1,"method":"GetStatus"})",
        R"({"id":1,"method":"GetStatus"})", R"({"jsonrpc":"2.0","id":1,"method":7})"})
    EXPECT_EQ(code(line), -32600) << line;
}

TEST_F(control_protocol, names_the_id_of_a_broken_request_when_it_has_one) {
  EXPECT_EQ(asked(R"({"jsonrpc":"2.0","id":5})").at("id"), 5);
  EXPECT_TRUE(asked(R"({"jsonrpc":"2.0"})").at("id").is_null());
}

TEST_F(control_protocol, refuses_a_method_that_there_is_not) {
  const json::object error = refused(R"({"jsonrpc":"2.0","id":1,"method":"getstatus"})");
  EXPECT_EQ(error.at("code"), -32601);
  EXPECT_NE(error.at("message").as_string().find("'getstatus'"), json::string::npos);
  EXPECT_FALSE(error.contains("data"));
}

TEST_F(control_protocol, refuses_wrong_params_with_the_code_word_of_ses) {
  const auto with = [](const char* params) {
    return std::string{R"({"jsonrpc":"2.0","id":1,"method":"VerifyDomainDkim","params":)"} + params + "}";
  };
  const struct {
    const char* params;
    const char* word;
  } rows[]{
      {"{}", "MissingParameter"},
      {R"({"Domain":null})", "MissingParameter"},
      {R"({"Domain":7})", "InvalidParameterValue"},
      {R"({"Domain":"example.com","More":1})", "InvalidParameterValue"},
      {R"({"Domain":"example.com","Account":1})", "InvalidParameterValue"},
      {R"({"Domain":"example.com","Account":"a b"})", "InvalidParameterValue"},
      {R"({"Domain":"co.uk"})", "InvalidParameterValue"},
      {R"(["example.com"])", "InvalidParameterValue"},
      {"null", "InvalidParameterValue"},
  };
  for (const auto& row : rows) {
    const json::object error = refused(with(row.params));
    EXPECT_EQ(error.at("code"), -32602) << row.params;
    EXPECT_EQ(error.at("data").at("Code"), row.word) << row.params;
  }
  EXPECT_EQ(code(R"({"jsonrpc":"2.0","id":1,"method":"VerifyDomainDkim"})"), -32602) << "params left out";
  EXPECT_EQ(daemon_.counts().all(), 0U);
}

TEST_F(control_protocol, refuses_for_reasons_of_the_daemon_with_a_server_error) {
  scratch_daemon limited{{.verify_domain_dkim_per_second = 1, .identities_per_account = 0}};
  EXPECT_EQ(json::parse(limited.answer(verify("1", "one.example"))).as_object().count("result"), 1U);
  const json::value second = json::parse(limited.answer(verify("2", "two.example")));
  EXPECT_EQ(second.at("error").at("code"), -32000);
  EXPECT_EQ(second.at("error").at("data").at("Code"), "Throttling");
}

TEST_F(control_protocol, does_what_a_notification_says_and_answers_nothing) {
  EXPECT_EQ(
      daemon_.answer(R"({"jsonrpc":"2.0","method":"VerifyDomainDkim","params":{"Domain":"example.com"}})"),
      "");
  EXPECT_TRUE(daemon_.stored("example.com"));
  for (const char* wrong : {R"({"jsonrpc":"2.0","method":"NoSuchMethod"})",
                            R"({"jsonrpc":"2.0","method":"VerifyDomainDkim","params":{}})",
                            R"({"jsonrpc":"2.0","method":"VerifyDomainDkim","params":[1]})"})
    EXPECT_EQ(daemon_.answer(wrong), "") << wrong;
}

TEST_F(control_protocol, answers_each_request_of_a_batch_but_the_notifications) {
  const json::value said =
      asked("[" + verify("1", "one.example") + "," +
            R"({"jsonrpc":"2.0","method":"VerifyDomainDkim","params":{"Domain":"two.example"}},)" + "7," +
            verify("\"four\"", "localhost") + "," + R"({"jsonrpc":"2.0","id":5,"method":"GetStatus"}])");
  ASSERT_EQ(said.as_array().size(), 4U) << said;
  std::map<std::string, json::value> by_id;
  for (const json::value& each : said.as_array()) by_id[json::serialize(each.at("id"))] = each;
  EXPECT_TRUE(by_id["1"].as_object().contains("result"));
  EXPECT_EQ(by_id["null"].at("error").at("code"), -32600);
  EXPECT_EQ(by_id["\"four\""].at("error").at("code"), -32602);
  EXPECT_EQ(by_id["5"].at("result").at("version"), 1);
  EXPECT_TRUE(daemon_.stored("two.example"));
}

TEST_F(control_protocol, answers_nothing_to_a_batch_of_notifications) {
  EXPECT_EQ(daemon_.answer(R"([{"jsonrpc":"2.0","method":"GetStatus"},{"jsonrpc":"2.0","method":"x"}])"), "");
}

TEST_F(control_protocol, gives_twins_in_a_batch_the_same_tokens) {
  const json::value said = asked("[" + verify("1", "example.com") + "," + verify("2", "EXAMPLE.com.") + "]");
  ASSERT_EQ(said.as_array().size(), 2U);
  EXPECT_EQ(said.at(0).at("result"), said.at(1).at("result"));
  EXPECT_EQ(daemon_.counts().all(), 1U);
}

TEST_F(control_protocol, makes_the_connection_of_the_caller_a_watcher) {
  EXPECT_EQ(asked(R"({"jsonrpc":"2.0","id":1,"method":"WatchIdentities"})").at("result").at("Watching"),
            true);
  EXPECT_EQ(daemon_.watchers, 1);
}

TEST_F(control_protocol, quotes_no_control_characters_of_the_caller) {
  const json::object error = refused(R"({"jsonrpc":"2.0","id":1,"method":"a\u001b[31mb\n"})");
  for (const char c : error.at("message").as_string()) EXPECT_GE(c, ' ');
}

TEST_F(control_protocol, has_answers_for_connections_that_it_cannot_serve) {
  const json::value oversized = json::parse(answer_to_oversized_line(65536));
  EXPECT_EQ(oversized.at("error").at("code"), -32600);
  EXPECT_NE(oversized.at("error").at("message").as_string().find("65536"), json::string::npos);
  EXPECT_TRUE(oversized.at("id").is_null());
  EXPECT_EQ(json::parse(answer_to_one_too_many()).at("error").at("data").at("Code"), "ServiceUnavailable");
}

TEST_F(control_protocol, notifies_without_an_id) {
  const json::value said = json::parse(change_notification({.identity = "example.com",
                                                            .account = "default",
                                                            .from = dkim_status::pending,
                                                            .to = dkim_status::success,
                                                            .at = tests::noon,
                                                            .reason = "all three were seen"}));
  EXPECT_FALSE(said.as_object().contains("id"));
  EXPECT_EQ(said.at("method"), "IdentityStatusChanged");
  EXPECT_EQ(said.at("params").at("From"), "Pending");
  EXPECT_EQ(said.at("params").at("To"), "Success");
}

TEST_F(control_protocol, counts_requests_by_operation_and_code_never_by_a_word_of_the_caller) {
  using codes = std::map<std::string, std::uint64_t, std::less<>>;
  asked(verify("1", "example.com"));
  asked(verify("2", "example.com"));
  asked(verify("3", "co.uk"));
  asked("[" + verify("4", "example.net") + R"(,{"jsonrpc":"2.0","id":5,"method":"GetStatus"}])");
  EXPECT_EQ(daemon_.answer(R"({"jsonrpc":"2.0","method":"GetStatus"})"), "") << "a notification counts, too";
  refused(R"({"jsonrpc":"2.0","id":6,"method":"NoSuchMethod"})");
  refused(R"({"jsonrpc":"2.0","id":7})");
  refused("nonsense");
  refused("[]");

  const auto& counted = daemon_.requests().requests();
  ASSERT_EQ(counted.size(), 3U);
  EXPECT_EQ(counted.at({"control", "VerifyDomainDkim"}).by_code,
            (codes{{"OK", 3}, {"InvalidParameterValue", 1}}));
  EXPECT_EQ(counted.at({"control", "GetStatus"}).by_code, (codes{{"OK", 2}}));
  EXPECT_EQ(counted.at({"control", "none"}).by_code,
            (codes{{"MethodNotFound", 1}, {"InvalidRequest", 2}, {"ParseError", 1}}));
}

TEST_F(control_protocol, measures_how_long_an_answer_takes) {
  asked(verify("1", "example.com"));
  const histogram& times = daemon_.requests().requests().at({"control", "VerifyDomainDkim"}).times;
  EXPECT_GT(times.sum(), 0U) << "it waits for the disk";
  EXPECT_LT(times.sum(), 20'000'000U);
}

}  // namespace
}  // namespace easydkim
