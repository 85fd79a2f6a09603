// SPDX-License-Identifier: Apache-2.0
// What was seen and what is wrong, as people read it.
#include <gtest/gtest.h>

#include "tests/client/client_answers.hpp"
#include "tests/client/client_run.hpp"
#include "tests/client/client_scripted_server.hpp"

namespace easydkim {
namespace {

using peer = scripted_server::peer;

constexpr std::string_view two_answers = R"json({"Identity":"example.com","Account":"default","Answers":[
  {"At":"2026-11-24T11:00:00Z","Name":"abcdefghabcdefghabcdefghabcdefgh._domainkey.example.com","Type":"CNAME",
   "Server":"ns1.example.net (192.0.2.1)","Rcode":"NXDOMAIN","Flags":"aa","Target":"","Ttl":300,
   "ExtendedError":""},
  {"At":"2026-11-24T11:05:00Z","Name":"_amazonses.example.com","Type":"TXT","Server":"192.0.2.53:53",
   "Rcode":"SERVFAIL","Flags":"","Target":"","Ttl":0,"ExtendedError":"EDE 7 (Signature Expired)"}]})json";

/// example.com with one record that some servers have, and one that nobody has.
constexpr std::string_view seen_answer = R"({"Identity":"example.com","Account":"default",
  "DkimVerificationStatus":"Pending","DkimEnabled":true,"SigningEnabled":false,"Zone":"example.com",
  "WindowEndsAt":"2026-11-27T12:00:00Z","LastCheckedAt":null,"NextCheckAt":null,
  "Diagnosis":{"Code":"PARTIAL","Class":"FIX","Explanation":"Whole sentence.","Observed":"","Server":""},
  "Records":[
    {"Name":"aaa._domainkey.example.com","Type":"CNAME","Value":"aaa.dkim.amazonses.com","Finding":"found",
     "Observed":"","Explanation":"In place.",
     "Published":{"Has":[{"Server":"ns1.example.net","Address":"192.0.2.1","Serial":7},
                         {"Server":"ns1.example.net","Address":"2001:db8::1","Serial":7}],
                  "HasNot":[{"Server":"ns2.example.net","Address":"192.0.2.2","Serial":6}],
                  "NoAnswer":[{"Server":"ns3.example.net","Address":"192.0.2.3","Serial":null}]},
     "Visible":false,"VisibleAt":"2026-11-24T12:27:00Z",
     "Diagnosis":{"Code":"AUTH_INCONSISTENT","Class":"WAIT","Explanation":"Wait.","Observed":"","Server":""}},
    {"Name":"bbb._domainkey.example.com","Type":"CNAME","Value":"bbb.dkim.amazonses.com","Finding":"absent",
     "Observed":"","Explanation":"Sentence of the finding.","Published":null,"Visible":null,"VisibleAt":null,
     "Diagnosis":{"Code":"NOT_PUBLISHED","Class":"FIX","Explanation":"Publish it.","Observed":"","Server":""}},
    {"Name":"ccc._domainkey.example.com","Type":"CNAME","Value":"ccc.dkim.amazonses.com","Finding":"found",
     "Observed":"","Explanation":"In place.",
     "Published":{"Has":[{"Server":"ns1.example.net","Address":"192.0.2.1","Serial":7}],"HasNot":[],"NoAnswer":[]},
     "Visible":true,"VisibleAt":null,"Diagnosis":null}]})";

TEST(client_evidence, is_a_table_that_fits_a_terminal) {
  scripted_server server{[](peer& client) {
    client.answer(client.expect("GetEvidence", R"({"Identity":"example.com"})"), two_answers);
  }};
  const auto run = run_client({"evidence", "example.com", "--socket", server.path()}, output::terminal);
  EXPECT_EQ(run.status, 0);
  EXPECT_TRUE(has(run.out, "  abcdefgh...             CNAME  "));
  EXPECT_TRUE(has(run.out, "  _amazonses.example.com  TXT    "));
  EXPECT_TRUE(has(run.out, "EDE 7 (Signature Expired)\n"));
}

TEST(client_evidence, cuts_nothing_where_a_program_reads_it) {
  scripted_server server{[](peer& client) { client.answer(client.next(), two_answers); }};
  const auto run = run_client({"evidence", "example.com", "--socket", server.path()});
  EXPECT_EQ(
      run.out,
      "time                  server                       name"
      "                                                     type   rcode     flags  ttl  target  error\n"
      "2026-11-24T11:00:00Z  ns1.example.net (192.0.2.1)  "
      "abcdefghabcdefghabcdefghabcdefgh._domainkey.example.com  CNAME  NXDOMAIN  aa     300  -       -\n"
      "2026-11-24T11:05:00Z  192.0.2.53:53                _amazonses.example.com"
      "                                   TXT    SERVFAIL  -      0    -       EDE 7 (Signature Expired)\n");
}

TEST(client_evidence, is_the_object_of_the_daemon_for_programs) {
  scripted_server server{[](peer& client) { client.answer(client.next(), two_answers); }};
  expect_same_json(run_client({"evidence", "example.com", "--json", "--socket", server.path()}).out,
                   two_answers);
}

TEST(client_evidence, says_that_there_is_none_yet) {
  scripted_server server{[](peer& client) {
    client.answer(client.next(), R"({"Identity":"example.com","Account":"default","Answers":[]})");
  }};
  EXPECT_EQ(run_client({"evidence", "example.com", "--socket", server.path()}).out,
            "example.com: no answer of the DNS was kept yet\n");
}

TEST(client_evidence, of_an_unknown_domain_is_refused_as_the_daemon_says) {
  scripted_server server{
      [](peer& client) { client.refuse(client.next(), "NotFound", "there is no such identity"); }};
  const auto run = run_client({"evidence", "example.com", "--socket", server.path()});
  EXPECT_EQ(run.status, 5);
  EXPECT_EQ(run.err, "easydkim: there is no such identity\n");
}

TEST(client_status, tells_where_a_record_is_and_what_is_wrong) {
  scripted_server server{[](peer& client) { client.answer(client.next(), seen_answer); }};
  const auto run = run_client({"status", "example.com", "--socket", server.path()});
  EXPECT_EQ(
      run.out,
      "example.com\n"
      "  status       Pending\n"
      "  signing      off, until the records are verified\n"
      "  window ends  2026-11-27T12:00:00Z (in 3 days)\n"
      "  last check   never\n"
      "  next check   never\n"
      "  zone         example.com\n"
      "  diagnosis    PARTIAL, for the owner of the domain to mend\n"
      "               Whole sentence.\n"
      "  records      2 of 3 records in place\n"
      "  found   aaa._domainkey.example.com\n"
      "          published on ns1.example.net (serial 7), not on ns2.example.net (serial 6), no answer from "
      "ns3.example.net; the resolver does not show it, caches let it through at 2026-11-24T12:27:00Z (in 27 "
      "minutes)\n"
      "          AUTH_INCONSISTENT: Wait.\n"
      "  absent  bbb._domainkey.example.com\n"
      "          NOT_PUBLISHED: Publish it.\n"
      "  found   ccc._domainkey.example.com\n"
      "          published on ns1.example.net; the resolver shows it\n");
}

}  // namespace
}  // namespace easydkim
