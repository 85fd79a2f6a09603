// SPDX-License-Identifier: Apache-2.0
// What name servers do instead of answering, in words.
#include "core/diagnosis/server_failure.hpp"

#include <gtest/gtest.h>

namespace easydkim {
namespace {

answer_seen answer(std::string rcode, std::string flags = {}) {
  answer_seen one;
  one.server = "ns1.example.net (192.0.2.1)";
  one.rcode = std::move(rcode);
  one.flags = std::move(flags);
  return one;
}

TEST(ServerFailure, HasWordsOfItsOwnForEachThingThatAServerDoes) {
  EXPECT_EQ(failure_words(answer("REFUSED")), "refuses to answer for the zone (REFUSED)");
  EXPECT_EQ(failure_words(answer("SERVFAIL")), "fails (SERVFAIL)");
  EXPECT_EQ(failure_words(answer("TIMEOUT")), "does not answer");
  EXPECT_EQ(failure_words(answer("UNREACHABLE")), "does not answer");
  EXPECT_EQ(failure_words(answer("NOERROR")), "answers without authority");
  EXPECT_EQ(failure_words(answer("NXDOMAIN", "ad")), "answers without authority");
  EXPECT_EQ(failure_words(answer("NOTIMP", "aa")), "answers NOTIMP");
  EXPECT_EQ(failure_words(answer("NOERROR", "aa")), "");
  EXPECT_EQ(failure_words(answer("NXDOMAIN", "aa")), "");
}

TEST(ServerFailure, IsListedWithItsServerAndNoLongerThanASentence) {
  EXPECT_EQ(listed({{"ns1 (192.0.2.1)", "does not answer"}, {"ns2 (192.0.2.2)", "fails (SERVFAIL)"}}),
            "ns1 (192.0.2.1) does not answer, ns2 (192.0.2.2) fails (SERVFAIL)");
  const std::vector<server_failure> many(13, {std::string(90, 'n'), "does not answer"});
  EXPECT_TRUE(listed(many).ends_with(" and 11 more"));
}

TEST(ServerFailure, IsTakenFromWhatIsKeptOfTheServersOfARecord) {
  evidence kept;
  kept.answers = {answer("NOERROR", "aa"), answer("REFUSED")};
  record_sighting record;
  record.published = {{"ns1.example.net", "192.0.2.1", finding_kind::no_answer, {}},
                      {"ns2.example.net", "192.0.2.2", finding_kind::found, {}},
                      {"ns3.example.net", "192.0.2.3", finding_kind::no_answer, {}}};
  const auto failures = failures_in(kept, record);
  ASSERT_EQ(failures.size(), 1U);
  const finding silence{finding_kind::no_answer, finding_reason::servers_unreachable, {}};
  const published_record wanted{.name = "t._domainkey.example.com", .value = "t.dkim.example.org"};
  EXPECT_EQ(
      explanation(silence, wanted, failures),
      "Too little is known of t._domainkey.example.com: ns1.example.net (192.0.2.1) refuses to answer for "
      "the zone (REFUSED); they are asked again, and if this lasts, have them mended.");
  EXPECT_EQ(explanation(silence, wanted, {}), explanation(silence, wanted));
}

}  // namespace
}  // namespace easydkim
