// SPDX-License-Identifier: Apache-2.0
// What `verify` and `records` do with what the DNS shows, and that they do without it.
#include <gtest/gtest.h>

#include "client/connection/connection.hpp"
#include "tests/client/client_answers.hpp"
#include "tests/client/client_run.hpp"
#include "tests/client/client_scripted_server.hpp"

namespace easydkim {
namespace {

using peer = scripted_server::peer;

constexpr std::string_view two_warnings = R"({"Domain":"example.com","Zone":"example.com",
  "Servers":["ns1.example.net"],"Warnings":[
  {"Code":"DNSSEC_BOGUS","Message":"The signatures expired; sign the zone again."},
  {"Code":"WILDCARD","Message":"Every name\u001b[2J answers."}]})";

std::string in_zone(std::string_view zone) {
  return R"({"Domain":"example.com","Zone":")" + std::string{zone} + R"(","Servers":[],"Warnings":[]})";
}

/// `easydkim arguments...`, with a daemon that answers `answer` to the first call and `inspection` to the
/// second.
client_run run_with(std::string_view answer, std::string_view inspection, std::vector<std::string> arguments,
                    output to = output::pipe) {
  scripted_server server{[&](peer& client) {
    client.answer(client.next(), answer);
    client.answer(client.expect("InspectDomain", R"({"Domain":"example.com"})"), inspection);
    client.expect_end();
  }};
  arguments.insert(arguments.end(), {"--socket", server.path()});
  return run_client(arguments, to);
}

TEST(client_inspection, verify_tells_each_warning_in_a_line_behind_the_records_and_succeeds) {
  const auto run = run_with(verified_answer, two_warnings, {"verify", "example.com"});
  EXPECT_EQ(run.status, 0);
  EXPECT_TRUE(has(run.out, "aaa._domainkey  aaa._domainkey.example.com.  CNAME  aaa.dkim.amazonses.com.\n"));
  EXPECT_EQ(run.err,
            "easydkim: warning: The signatures expired; sign the zone again.\n"
            "easydkim: warning: Every name\\027[2J answers.\n");
}

TEST(client_inspection, records_are_relative_to_the_zone_that_is_there_now) {
  const auto run = run_with(pending, in_zone("com"), {"records", "example.com", "--format", "octodns"});
  EXPECT_EQ(run.status, 0);
  EXPECT_TRUE(has(run.out, "\nbbb._domainkey.example:\n"));
  EXPECT_EQ(run.err, "");
}

TEST(client_inspection, records_take_the_zone_that_was_stored_when_the_dns_does_not_tell) {
  std::string stored = pending;
  stored.insert(1, R"("Zone":"com",)");
  const auto run = run_with(stored, R"({"Domain":"example.com","Zone":null,"Servers":[],"Warnings":[]})",
                            {"records", "example.com", "--format", "octodns"});
  EXPECT_TRUE(has(run.out, "\nbbb._domainkey.example:\n"));
  EXPECT_EQ(run.err, "");
}

TEST(client_inspection, the_account_goes_with_it) {
  scripted_server server{[](peer& client) {
    client.answer(client.next(), verified_answer);
    client.answer(client.expect("InspectDomain", R"({"Account":"shop","Domain":"example.com"})"),
                  two_warnings);
  }};
  EXPECT_EQ(run_client({"verify", "example.com", "--account", "shop", "--socket", server.path()}).status, 0);
}

TEST(client_inspection, is_not_asked_for_with_json) {
  for (const std::string command : {"verify", "records"}) {
    scripted_server server{[&](peer& client) {
      client.answer(client.next(), command == "verify" ? verified_answer : pending);
      client.expect_end();
    }};
    const auto run = run_client({command, "example.com", "--json", "--socket", server.path()});
    EXPECT_EQ(run.status, 0);
    expect_same_json(run.out, command == "verify" ? verified_answer : pending);
    EXPECT_EQ(run.err, "");
  }
}

TEST(client_inspection, a_daemon_that_cannot_tell_spoils_nothing) {
  const std::vector<std::function<void(peer&)>> ways{
      [](peer& client) {  // older, without the method
        const auto call = client.next();
        client.raw(R"({"jsonrpc":"2.0","id":)" + json::serialize(call.id) +
                   R"(,"error":{"code":-32601,"message":"there is no method 'InspectDomain'"}})"
                   "\n");
      },
      [](peer& client) { client.refuse(client.next(), "InternalFailure", "no"); },
      [](peer& client) { client.answer(client.next(), "{}"); },
      [](peer& client) { client.answer(client.next(), R"({"Zone":7,"Servers":{},"Warnings":[1,[]]})"); },
      [](peer& client) {  // no JSON-RPC any more
        client.next();
        client.raw("oops\n");
      },
      [](peer& client) { client.next(); },  // goes away
  };
  for (std::size_t way = 0; way < ways.size(); ++way)
    for (const std::string command : {"verify", "records"}) {
      scripted_server server{[&](peer& client) {
        client.answer(client.next(), command == "verify" ? verified_answer : pending);
        ways[way](client);
      }};
      const auto run = run_client({command, "example.com", "--socket", server.path()});
      EXPECT_EQ(run.status, 0) << command << way;
      EXPECT_TRUE(has(run.out, "ccc._domainkey  ccc._domainkey.example.com.  CNAME")) << command << way;
      EXPECT_TRUE(has(run.err, "is not known")) << command << way;
      EXPECT_EQ(std::ranges::count(run.err, '\n'), 1) << run.err;
    }
}

TEST(client_inspection, a_call_with_a_limit_of_its_own_ends_there) {
  scripted_server server{[](peer& client) {
    client.next();
    client.expect_end();
  }};
  try {
    connection daemon{server.path()};
    daemon.call("InspectDomain", {}, std::chrono::seconds{1});
    FAIL() << "nothing was answered";
  } catch (const failure& why) {
    EXPECT_EQ(why.status, exit_unreachable);
    EXPECT_TRUE(has(why.what(), "did not answer within 1 second;"));
  }
}

TEST(client_inspection, shows_on_a_terminal_what_it_waits_for_and_leaves_nothing_of_it) {
  const auto run =
      run_with(verified_answer, in_zone("example.com"), {"verify", "example.com"}, output::terminal);
  EXPECT_EQ(run.err, "\r\033[Klooking at the DNS of example.com ...\r\033[K");
}

}  // namespace
}  // namespace easydkim
