// SPDX-License-Identifier: Apache-2.0
// What every command does with the daemon: where it looks for it, refusals, strangers, and foreign text.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/client/client_answers.hpp"
#include "tests/client/client_run.hpp"
#include "tests/client/client_scripted_server.hpp"

namespace easydkim {
namespace {

using peer = scripted_server::peer;

TEST(client, takes_the_socket_from_the_environment) {
  scripted_server server{[](peer& client) {
    client.answer(client.expect("VerifyDomainDkim", R"({"Domain":"example.com"})"), verified_answer);
  }};
  setenv("EASYDKIM_SOCKET", server.path().c_str(), 1);
  const auto run = run_client({"verify", "example.com"});
  unsetenv("EASYDKIM_SOCKET");
  EXPECT_EQ(run.status, 0) << run.err;
}

TEST(client, tells_a_refusal_of_the_daemon_with_status_5) {
  for (const std::string command : {"verify", "records", "check", "enable", "disable", "wait", "delete"}) {
    scripted_server server{[&](peer& client) {
      const auto call = client.next();
      if (call.method == "WatchIdentities") {
        client.answer(call, R"({"Watching":true})");
        client.refuse(client.next(), "NotFound", "'com' is nothing; do this");
      } else {
        client.refuse(call, "InvalidParameterValue", "'com' is nothing; do this");
      }
    }};
    const auto run = run_client({command, "com", "--socket", server.path()});
    EXPECT_EQ(run.status, 5) << command;
    EXPECT_EQ(run.err, "easydkim: 'com' is nothing; do this\n") << command;
    EXPECT_EQ(run.out, "") << command;
  }
}

TEST(client, tells_a_refusal_that_has_no_id_because_the_request_could_not_be_read) {
  scripted_server server{[](peer& client) {
    client.line();
    client.raw(R"({"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"not JSON"}})"
               "\n");
  }};
  const auto run = run_client({"--socket", server.path(), "status", "a.example"});
  EXPECT_EQ(run.status, 5);
  EXPECT_EQ(run.err, "easydkim: not JSON\n");
}

TEST(client, refuses_a_name_that_is_not_utf_8_without_asking_the_daemon) {
  const auto run = run_client({"--socket", "/none", "status", "\xff.example"});
  EXPECT_EQ(run.status, 2);
  EXPECT_EQ(run.err, "easydkim: '\\255.example' is not UTF-8 text; write the domain in ASCII (xn--...)\n");
}

TEST(client, escapes_what_could_steer_a_terminal) {
  scripted_server server{[](peer& client) {
    client.refuse(client.next(), "InvalidParameterValue", "\x1b]0;owned\x07 \xc2\x9b\x33\x31m\r\n!");
  }};
  const auto run = run_client({"--socket", server.path(), "verify", "example.com"});
  EXPECT_EQ(run.err, "easydkim: \\027]0;owned\\007 \\194\\15531m\\013\\010!\n");
}

TEST(client, json_output_has_no_control_characters_and_the_same_value) {
  const std::string answer = "{\"DkimTokens\":[\"\\u001b[31m\",\"\xc2\x9b\x7f\",\"\xc3\xa4\"]}";
  scripted_server server{[&](peer& client) { client.answer(client.next(), answer); }};
  const auto run = run_client({"--socket", server.path(), "--json", "verify", "example.com"});
  expect_same_json(run.out, answer);
  EXPECT_TRUE(has(run.out, "\\u009b\\u007f"));
  EXPECT_EQ(run.out.find('\x1b'), run.out.npos);
}

TEST(client, cannot_reach_a_daemon_that_is_not_there) {
  const scratch_directory empty;
  const auto run = run_client({"--socket", empty.file("none.sock"), "list"});
  EXPECT_EQ(run.status, 3);
  EXPECT_EQ(run.err, "easydkim: cannot reach the daemon at " + empty.file("none.sock") +
                         ": No such file or directory; is easydkimd running? (systemctl status easydkimd)\n");
}

TEST(client, says_so_when_a_socket_path_is_too_long) {
  const auto run = run_client({"--socket", "/tmp/" + std::string(200, 'x'), "list"});
  EXPECT_EQ(run.status, 3);
  EXPECT_TRUE(has(run.err, "at most 107 octets"));
}

TEST(client, ends_with_3_when_the_daemon_goes_away_before_it_answers) {
  scripted_server server{[](peer& client) { client.next(); }};
  const auto run = run_client({"--socket", server.path(), "check", "example.com"});
  EXPECT_EQ(run.status, 3);
  EXPECT_TRUE(has(run.err, "went away: it closed the connection"));
}

TEST(client, ends_with_3_when_something_else_answers) {
  for (const std::string_view answer : {"HTTP/1.1 400 Bad Request\n", "[]\n", "{}\n",
                                        R"({"jsonrpc":"2.0","id":7,"result":{}})"
                                        "\n",
                                        R"({"jsonrpc":"2.0","id":-1.5,"result":{}})"
                                        "\n"}) {
    scripted_server server{[&](peer& client) {
      client.next();
      client.raw(answer);
    }};
    const auto run = run_client({"--socket", server.path(), "check", "example.com"});
    EXPECT_EQ(run.status, 3) << answer;
    EXPECT_TRUE(has(run.err, "does not answer like easydkimd")) << answer;
  }
}

TEST(client, has_colour_on_a_terminal_and_escape_sequences_nowhere_else) {
  for (const output to : {output::terminal, output::pipe}) {
    scripted_server server{[](peer& client) { client.answer(client.next(), pending); }};
    const auto run = run_client({"status", "example.com", "--socket", server.path()}, to);
    EXPECT_EQ(run.out.find("\033[33mPending\033[0m") != run.out.npos, to == output::terminal);
    if (to == output::pipe) {
      EXPECT_EQ(run.out.find('\033'), run.out.npos);
    }
  }
}

}  // namespace
}  // namespace easydkim
