// SPDX-License-Identifier: Apache-2.0
// The commands that are a call or two each, against a scripted daemon: what they ask, print and return.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/client/client_answers.hpp"
#include "tests/client/client_run.hpp"
#include "tests/client/client_scripted_server.hpp"

namespace easydkim {
namespace {

using peer = scripted_server::peer;

constexpr std::string_view in_its_own_zone =
    R"({"Domain":"example.com","Zone":"example.com","Servers":[],"Warnings":[]})";

TEST(client_verify, prints_the_records_whole_and_the_command_that_comes_next) {
  scripted_server server{[](peer& client) {
    client.answer(client.expect("VerifyDomainDkim", R"({"Domain":"example.com"})"), verified_answer);
    client.answer(client.expect("InspectDomain", R"({"Domain":"example.com"})"), in_its_own_zone);
    client.expect_end();
  }};
  const auto run = run_client({"--socket", server.path(), "verify", "example.com"});
  EXPECT_EQ(run.status, 0);
  EXPECT_TRUE(has(run.out, "bbb._domainkey.example.com.  CNAME  bbb.dkim.amazonses.com.\n"));
  EXPECT_TRUE(has(run.out, "easydkim --socket " + server.path() + " wait example.com"));
  EXPECT_EQ(run.err, "");
}

TEST(client_verify, names_the_domain_as_it_is_stored_where_another_spelling_was_given) {
  scripted_server server{[](peer& client) {
    client.answer(client.expect("VerifyDomainDkim", R"({"Domain":"EXAMPLE.com."})"), verified_answer);
    client.answer(client.expect("InspectDomain", R"({"Domain":"example.com"})"), in_its_own_zone);
  }};
  const auto run = run_client({"--socket", server.path(), "verify", "EXAMPLE.com."});
  EXPECT_TRUE(has(run.out, "in the DNS of example.com:"));
  EXPECT_TRUE(has(run.out, " wait example.com\n"));
}

TEST(client_verify, sends_the_account_that_is_given_before_or_after_the_command) {
  for (const bool before : {true, false}) {
    scripted_server server{[](peer& client) {
      client.answer(client.expect("VerifyDomainDkim", R"({"Domain":"example.com","Account":"shop"})"),
                    verified_answer);
    }};
    std::vector<std::string> arguments{"verify", "example.com"};
    const std::vector<std::string> global{"--account", "shop", "--socket=" + server.path(), "--json"};
    arguments.insert(before ? arguments.begin() : arguments.end(), global.begin(), global.end());
    const auto run = run_client(arguments);
    EXPECT_EQ(run.status, 0) << run.err;
    expect_same_json(run.out, verified_answer);
  }
}

TEST(client_records, prints_lines_for_a_zone_file_with_dots_at_the_ends) {
  scripted_server server{[](peer& client) {
    client.answer(client.expect("DescribeIdentity", R"({"Identity":"example.com"})"), pending);
  }};
  const auto run = run_client({"records", "example.com", "--format", "zone", "--socket", server.path()});
  EXPECT_EQ(run.status, 0);
  EXPECT_EQ(run.out,
            "aaa._domainkey.example.com. 3600 IN CNAME aaa.dkim.amazonses.com.\n"
            "bbb._domainkey.example.com. 3600 IN CNAME bbb.dkim.amazonses.com.\n"
            "ccc._domainkey.example.com. 3600 IN CNAME ccc.dkim.amazonses.com.\n");
}

TEST(client_records, has_a_remark_for_dns_panels_on_a_terminal_only) {
  for (const output to : {output::terminal, output::pipe}) {
    scripted_server server{[](peer& client) { client.answer(client.next(), pending); }};
    const auto run = run_client({"records", "example.com", "--socket", server.path()}, to);
    EXPECT_EQ(run.out.find("DNS panel appends .example.com") != run.out.npos, to == output::terminal);
  }
}

TEST(client_status, without_names_is_a_summary_of_the_daemon) {
  constexpr std::string_view status = R"({"version":1,"state":"running","pid":4711,
    "started_at":"2026-11-24T10:00:00Z","updated_at":"2026-11-24T12:00:00Z",
    "identities":{"Pending":2,"Success":1,"Failed":0,"TemporaryFailure":0},"signing_enabled":1,
    "polling":{"lookups_total":120,"lookups_per_second":2.4,"in_flight":0,"overdue":3,"lag_seconds":1.5,
               "last_lookup_at":"2026-11-24T11:59:59Z"},
    "resolver":{"healthy":true,"mode":"authoritative","port_53":"open","no_answer_total":4,"dropped_total":0,"servers":["127.0.0.1:53"]},
    "store":{"used_bytes":65536,"size_bytes":17179869184,"commits_total":3},
    "control":{"connections":1,"requests_total":7},
    "last_change":{"Identity":"example.com","Account":"default","From":"Pending","To":"Success",
                   "At":"2026-11-24T11:00:00Z"}})";
  scripted_server server{[&](peer& client) { client.answer(client.expect("GetStatus", "{}"), status); }};
  const auto run = run_client({"status", "--socket", server.path()});
  EXPECT_EQ(run.status, 0);
  EXPECT_EQ(run.out,
            "daemon       running, pid 4711, since 2026-11-24T10:00:00Z (2 hours ago)\n"
            "identities   3 (2 Pending, 1 Success, 0 Failed, 0 TemporaryFailure)\n"
            "signing      1 enabled\n"
            "lookups      120 (2.4 a second, 0 in flight), last: 2026-11-24T11:59:59Z (1 second ago)\n"
            "lag          1.5 s, 3 overdue\n"
            "resolver     healthy, 4 lookups without an answer, servers 127.0.0.1:53\n"
            "mode         authoritative, port 53 is open\n"
            "store        64 KiB of 16 GiB (0.0 %), 3 commits\n"
            "control      1 connection, 7 requests\n"
            "last change  example.com Pending -> Success, 2026-11-24T11:00:00Z (60 minutes ago)\n");

  scripted_server again{[&](peer& client) { client.answer(client.next(), status); }};
  expect_same_json(run_client({"status", "--json", "--socket", again.path()}).out, status);
}

TEST(client_status, tells_who_is_asked_when_port_53_seems_blocked) {
  scripted_server server{[](peer& client) {
    client.answer(client.next(),
                  R"({"resolver":{"healthy":true,"mode":"authoritative","port_53":"blocked"}})");
  }};
  const auto run = run_client({"status", "--socket", server.path()});
  EXPECT_NE(
      run.out.find("\nmode        authoritative, but port 53 seems blocked, so the resolver is asked\n"),
      run.out.npos)
      << run.out;
}

TEST(client_status, tells_the_faults_of_ours) {
  scripted_server server{[](peer& client) {
    client.answer(client.next(), R"({"faults":[{"Fault":"no_ipv6","Since":"2026-11-24T11:00:00Z",
      "What":"this host has no IPv6","Remedy":"give it a route"}]})");
  }};
  const auto run = run_client({"status", "--socket", server.path()});
  EXPECT_NE(
      run.out.find("\nfault       no_ipv6 since 2026-11-24T11:00:00Z (60 minutes ago): this host has no "
                   "IPv6 (give it a route)\n"),
      run.out.npos)
      << run.out;
}

TEST(client_status, shows_what_was_seen_of_each_record) {
  scripted_server server{[](peer& client) {
    client.answer(client.expect("DescribeIdentity", R"({"Identity":"example.com"})"), pending);
  }};
  const auto run = run_client({"status", "example.com", "--socket", server.path()});
  EXPECT_EQ(run.status, 0);
  EXPECT_EQ(run.out,
            "example.com\n"
            "  status       Pending\n"
            "  signing      off, until the records are verified\n"
            "  window ends  2026-11-27T11:00:00Z (in 3 days)\n"
            "  last check   2026-11-24T11:59:55Z (5 seconds ago)\n"
            "  next check   2026-11-24T12:00:10Z (in 10 seconds)\n"
            "  records      1 of 3 records in place\n"
            "  found         aaa._domainkey.example.com\n"
            "  absent        bbb._domainkey.example.com\n"
            "                Sentence 1.\n"
            "  wrong_target  ccc._domainkey.example.com\n"
            "                Sentence 2.\n");
}

TEST(client_status, goes_on_after_a_name_that_is_not_there_and_ends_with_5) {
  scripted_server server{[](peer& client) {
    client.answer(client.expect("DescribeIdentity", R"({"Identity":"a.example"})"), pending);
    client.refuse(client.expect("DescribeIdentity", R"({"Identity":"b.example"})"), "NotFound", "no b");
    client.answer(client.expect("DescribeIdentity", R"({"Identity":"c.example"})"), pending);
    client.expect_end();
  }};
  const auto run =
      run_client({"status", "a.example", "b.example", "c.example", "--json", "--socket", server.path()});
  EXPECT_EQ(run.status, 5);
  EXPECT_EQ(run.err, "easydkim: no b\n");
  EXPECT_EQ(std::ranges::count(run.out, '\n'), 2);
}

TEST(client_check, returns_0_only_when_all_three_records_are_found) {
  const std::vector<std::pair<std::array<std::string_view, 3>, int>> cases{
      {{"found", "found", "found"}, 0},        {{"found", "absent", "found"}, 1},
      {{"found", "found", "no_answer"}, 1},    {{"unchecked", "found", "found"}, 1},
      {{"found", "found", "wrong_target"}, 1},
  };
  for (const auto& each : cases) {
    scripted_server server{[&](peer& client) {
      client.answer(client.expect("CheckIdentity", R"({"Identity":"example.com"})"),
                    identity("Pending", each.first));
    }};
    EXPECT_EQ(run_client({"check", "example.com", "--socket", server.path()}).status, each.second)
        << ::testing::PrintToString(each);
  }
}

TEST(client_enable, asks_for_enabled_and_disable_for_the_contrary) {
  for (const std::string command : {"enable", "disable"}) {
    scripted_server server{[&](peer& client) {
      client.answer(client.expect("SetIdentityDkimEnabled",
                                  command == "enable" ? R"({"Identity":"example.com","DkimEnabled":true})"
                                                      : R"({"Identity":"example.com","DkimEnabled":false})"),
                    "{}");
    }};
    const auto run = run_client({command, "example.com", "--json", "--socket", server.path()});
    EXPECT_EQ(run.status, 0);
    EXPECT_EQ(run.out, "{}\n");
  }
}

TEST(client_delete, deletes_each_and_goes_on_after_a_refusal) {
  scripted_server server{[](peer& client) {
    client.refuse(client.expect("DeleteIdentity", R"({"Identity":"a.example"})"), "NotFound", "no a");
    client.answer(client.expect("DeleteIdentity", R"({"Identity":"list"})"), "{}");
    client.expect_end();
  }};
  const auto run = run_client({"delete", "a.example", "list", "--socket", server.path()});
  EXPECT_EQ(run.status, 5);
  EXPECT_EQ(run.err, "easydkim: no a\n");
  EXPECT_EQ(run.out, "list: deleted\n");
}

TEST(client_list, pages_by_the_token_and_filters_by_status_in_any_case) {
  scripted_server server{[](peer& client) {
    client.answer(client.expect("ListIdentities", R"({"MaxItems":1000,"IdentityType":"Domain"})"),
                  R"({"Identities":["a.example","b.example"],"NextToken":"b"})");
    client.answer(client.expect("GetIdentityDkimAttributes", R"({"Identities":["a.example","b.example"]})"),
                  R"({"DkimAttributes":{
                    "a.example":{"DkimEnabled":true,"DkimVerificationStatus":"Success","DkimTokens":["x"]},
                    "b.example":{"DkimEnabled":true,"DkimVerificationStatus":"Pending"}}})");
    client.answer(
        client.expect("ListIdentities", R"({"MaxItems":1000,"IdentityType":"Domain","NextToken":"b"})"),
        R"({"Identities":["c.example"]})");
    client.answer(client.expect("GetIdentityDkimAttributes", R"({"Identities":["c.example"]})"),
                  R"({"DkimAttributes":{
                    "c.example":{"DkimEnabled":false,"DkimVerificationStatus":"Success"}}})");
    client.expect_end();
  }};
  const auto run = run_client({"list", "--status", "sUCCESS", "--type", "domain", "--socket", server.path()});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_EQ(run.out,
            "Success           enabled   a.example\n"
            "Success           disabled  c.example\n");
}

TEST(client_list, asks_for_the_attributes_of_a_hundred_at_a_time_and_prints_one_object_as_json) {
  boost::json::array identities;
  for (int i = 0; i < 250; ++i)
    identities.push_back(boost::json::string{"d" + std::to_string(i) + ".example"});
  scripted_server server{[&identities](peer& client) {
    client.answer(client.next(), boost::json::serialize(boost::json::object{{"Identities", identities}}));
    for (const std::size_t expected : {100U, 100U, 50U}) {
      const auto call = client.next();
      EXPECT_EQ(call.params.at("Identities").as_array().size(), expected);
      boost::json::object attributes;
      for (const auto& each : call.params.at("Identities").as_array())
        attributes[each.as_string()] = {{"DkimVerificationStatus", "Pending"}};
      client.answer(call, boost::json::serialize(boost::json::object{{"DkimAttributes", attributes}}));
    }
    client.expect_end();
  }};
  const auto run = run_client({"list", "--json", "--socket", server.path()});
  EXPECT_EQ(run.status, 0);
  EXPECT_EQ(run.out, boost::json::serialize(boost::json::object{{"Identities", identities}}) + "\n");
}

TEST(client_list, with_no_identities_prints_nothing_and_succeeds) {
  scripted_server server{[](peer& client) { client.answer(client.next(), R"({"Identities":[]})"); }};
  const auto run = run_client({"list", "--socket", server.path()});
  EXPECT_EQ(run.status, 0);
  EXPECT_EQ(run.out + run.err, "");
}

}  // namespace
}  // namespace easydkim
