// SPDX-License-Identifier: Apache-2.0
// `wait` and `watch`: what they do with changes, and how they end.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <streambuf>

#include "tests/client/client_run.hpp"
#include "tests/client/client_scripted_server.hpp"

namespace easydkim {
namespace {

using peer = scripted_server::peer;

std::string identity(std::string_view status, std::string_view created = "2026-11-24T11:00:00Z") {
  const bool found = status == "Success";
  const auto record = [&](std::string_view token, bool in_place) {
    return R"({"Name":")" + std::string{token} + R"(._domainkey.example.com","Type":"CNAME","Value":"v",)" +
           (in_place ? R"("Finding":"found","Explanation":"fine"})"
                     : R"("Finding":"absent","Explanation":"Publish )" + std::string{token} + R"(."})");
  };
  return R"({"Identity":"example.com","Account":"default","DkimVerificationStatus":")" + std::string{status} +
         R"(","Records":[)" + record("a", true) + "," + record("b", found) + "," + record("c", found) +
         R"(],"CreatedAt":")" + std::string{created} + R"(","NextCheckAt":"2026-11-24T12:00:10Z"})";
}

std::string change(std::string_view from, std::string_view to, std::string_view account = "default") {
  return R"({"Identity":"example.com","Account":")" + std::string{account} + R"(","From":")" +
         std::string{from} + R"(","To":")" + std::string{to} +
         R"(","At":"2026-11-24T12:00:01Z","Reason":"Because."})";
}

/// Plays the beginning of every wait: watching, then one look that shows `status`.
void begin(peer& client, std::string_view status) {
  client.answer(client.expect("WatchIdentities", "{}"), R"({"Watching":true})");
  client.answer(client.expect("DescribeIdentity", R"({"Identity":"example.com"})"), identity(status));
}

void describe(peer& client, const std::string& answer) {
  client.answer(client.expect("DescribeIdentity", R"({"Identity":"example.com"})"), answer);
}

client_run wait(const scripted_server& server, std::vector<std::string> more = {}, output to = output::pipe) {
  more.insert(more.begin(), {"wait", "example.com", "--socket", server.path()});
  return run_client(more, to);
}

TEST(client_wait, answers_at_once_when_the_status_is_decided) {
  for (const auto& each : {std::pair{"Success", 0}, {"Failed", 1}}) {
    scripted_server server{[&](peer& client) {
      begin(client, each.first);
      client.expect_end();
    }};
    EXPECT_EQ(wait(server).status, each.second);
  }
}

TEST(client_wait, ends_with_success_after_the_change_of_this_identity_only) {
  scripted_server server{[](peer& client) {
    begin(client, "Pending");
    client.notify(change("Pending", "Failed", "other"));
    client.notify(R"({"Identity":"example.org","Account":"default","From":"Pending","To":"Success"})");
    client.notify(change("Pending", "Success"));
    describe(client, identity("Success"));
    client.expect_end();
  }};
  const auto run = wait(server);
  EXPECT_EQ(run.status, 0);
  EXPECT_EQ(run.out, "example.com: Success, 3 of 3 records in place\n");
  EXPECT_EQ(run.err, "");
}

TEST(client_wait, does_not_lose_a_change_that_comes_before_the_answer_to_a_call) {
  scripted_server server{[](peer& client) {
    client.answer(client.expect("WatchIdentities", "{}"), R"({"Watching":true})");
    const auto look = client.expect("DescribeIdentity", R"({"Identity":"example.com"})");
    client.notify(change("Pending", "Success"));
    client.answer(look, identity("Pending"));
    describe(client, identity("Success"));
  }};
  EXPECT_EQ(wait(server).status, 0);
}

TEST(client_wait, a_failure_is_explained) {
  scripted_server server{[](peer& client) {
    begin(client, "Pending");
    client.notify(change("Pending", "Failed"));
    describe(client, identity("Failed"));
  }};
  const auto run = wait(server);
  EXPECT_EQ(run.status, 1);
  EXPECT_EQ(run.out, "example.com: Failed, 1 of 3 records in place\n  Publish b.\n  Publish c.\n");
}

TEST(client_wait, is_over_with_4_when_the_time_is) {
  scripted_server server{[](peer& client) {
    begin(client, "Pending");
    client.expect_end();
  }};
  const auto run = wait(server, {"--timeout", "1ms"});
  EXPECT_EQ(run.status, 4);
  EXPECT_EQ(run.out,
            "example.com: Pending, still undecided after 0 seconds, 1 of 3 records in place\n"
            "  Publish b.\n  Publish c.\n");
}

TEST(client_wait, json_output_is_the_last_identity) {
  scripted_server server{[](peer& client) { begin(client, "Success"); }};
  const auto run = wait(server, {"--json"});
  EXPECT_EQ(boost::json::parse(run.out), boost::json::parse(identity("Success")));
  EXPECT_EQ(std::ranges::count(run.out, '\n'), 1);
}

TEST(client_wait, says_that_the_identity_was_deleted_and_ends_with_5) {
  scripted_server server{[](peer& client) {
    begin(client, "Pending");
    client.notify(change("Pending", "NotStarted"));
    client.refuse(client.next(), "NotFound", "is not there");
  }};
  const auto run = wait(server);
  EXPECT_EQ(run.status, 5);
  EXPECT_TRUE(run.err.starts_with("easydkim: example.com was deleted while waiting; add it again with: "))
      << run.err;
}

TEST(client_wait, takes_an_identity_that_was_added_again_for_another_one) {
  scripted_server server{[](peer& client) {
    begin(client, "Pending");
    client.notify(change("Pending", "NotStarted"));
    describe(client, identity("Pending", "2026-11-24T11:59:00Z"));
  }};
  EXPECT_EQ(wait(server).status, 5);
}

TEST(client_wait, says_that_the_identity_was_restarted_and_waits_on) {
  scripted_server server{[](peer& client) {
    begin(client, "Pending");
    client.notify(change("Pending", "Failed"));
    client.notify(change("Failed", "Pending"));
    describe(client, identity("Pending"));
    describe(client, identity("Pending"));
    client.notify(change("Pending", "Success"));
    describe(client, identity("Success"));
  }};
  const auto run = wait(server);
  EXPECT_EQ(run.status, 0);
  EXPECT_NE(run.err.find("example.com was restarted"), std::string::npos) << run.err;
}

TEST(client_wait, refuses_to_wait_for_what_nobody_verifies) {
  scripted_server server{[](peer& client) { begin(client, "NotStarted"); }};
  const auto run = wait(server);
  EXPECT_EQ(run.status, 5);
  EXPECT_NE(run.err.find("verify example.com"), std::string::npos) << run.err;
}

TEST(client_wait, ends_with_3_when_the_daemon_goes_away) {
  scripted_server server{[](peer& client) { begin(client, "Pending"); }};
  EXPECT_EQ(wait(server).status, 3);
}

TEST(client_wait, shows_progress_in_one_line_of_a_terminal) {
  scripted_server server{[](peer& client) {
    begin(client, "Pending");
    client.notify(change("Pending", "Success"));
    describe(client, identity("Success"));
  }};
  const auto run = wait(server, {}, output::terminal);
  EXPECT_EQ(run.status, 0);
  EXPECT_EQ(run.err, "\r\033[Kexample.com: Pending, 1/3 in place, next check in 10 seconds\r\033[K");
}

TEST(client_watch, prints_each_change_in_a_line_and_ends_with_3_when_the_daemon_goes_away) {
  scripted_server server{[](peer& client) {
    client.answer(client.expect("WatchIdentities", "{}"), R"({"Watching":true})");
    client.notify(change("Pending", "Success"));
    client.notify(change("Success", "TemporaryFailure", "shop"));
  }};
  const auto run = run_client({"watch", "--socket", server.path()});
  EXPECT_EQ(run.status, 3);
  EXPECT_EQ(run.out,
            "2026-11-24T12:00:01Z example.com: Pending -> Success: Because.\n"
            "2026-11-24T12:00:01Z example.com (account shop): Success -> TemporaryFailure: Because.\n");
}

TEST(client_watch, prints_when_signing_goes_on_or_off_and_who_asked_for_a_change) {
  const auto signing = [](std::string_view is_on, std::string_view by) {
    return R"({"jsonrpc":"2.0","method":"IdentitySigningChanged","params":{"Identity":"example.com",)"
           R"("Account":"default","DkimEnabled":true,"SigningEnabled":)" +
           std::string{is_on} + R"(,"At":"2026-11-24T12:00:01Z","Reason":"Because.","By":)" +
           std::string{by} + "}}\n";
  };
  scripted_server server{[&](peer& client) {
    client.answer(client.next(), R"({"Watching":true})");
    client.raw(signing("true", "null"));
    client.raw(signing("false", R"("key:AKIDEXAMPLE")"));
    client.notify(R"({"Identity":"example.com","Account":"default","From":"Success","To":"NotStarted",)"
                  R"("At":"2026-11-24T12:00:01Z","Reason":"Because.","By":"uid:1000"})");
  }};
  const auto run = run_client({"watch", "--socket", server.path()});
  EXPECT_EQ(run.out,
            "2026-11-24T12:00:01Z example.com: signing on: Because.\n"
            "2026-11-24T12:00:01Z example.com: signing off: Because. (by key AKIDEXAMPLE)\n"
            "2026-11-24T12:00:01Z example.com: Success -> NotStarted: Because. (by uid 1000)\n");
}

TEST(client_watch, json_output_is_the_params_of_each_change) {
  scripted_server server{[](peer& client) {
    client.answer(client.next(), R"({"Watching":true})");
    client.notify(change("Pending", "Success"));
  }};
  const auto run = run_client({"watch", "--json", "--socket", server.path()});
  EXPECT_EQ(boost::json::parse(run.out), boost::json::parse(change("Pending", "Success")));
}

/// Raises a signal when the first line was written and flushed.
class raising_buffer : public std::stringbuf {
 public:
  explicit raising_buffer(int signal) : signal_{signal} {}

 private:
  int sync() override {
    std::raise(signal_);
    return 0;
  }
  int signal_;
};

TEST(client_watch, ends_with_0_when_it_is_interrupted_or_terminated) {
  for (const int signal : {SIGINT, SIGTERM}) {
    scripted_server server{[](peer& client) {
      client.answer(client.next(), R"({"Watching":true})");
      client.notify(change("Pending", "Success"));
      client.expect_end();
    }};
    std::istringstream in;
    std::ostringstream err;
    raising_buffer buffer{signal};
    std::ostream out{&buffer};
    console where{.in = in, .out = out, .err = err, .now = {}};
    EXPECT_EQ(run_program({"watch", "--socket", server.path()}, where), 0);
    EXPECT_EQ(err.str(), "");
  }
}

}  // namespace
}  // namespace easydkim
