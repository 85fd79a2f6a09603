// SPDX-License-Identifier: Apache-2.0
// What lookups through the real c-ares make of servers that tell the truth or anything else.
#include "resolver/recursive/lookup.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "tests/support/asking.hpp"

namespace easydkim {
namespace {

using namespace tests;
using namespace std::chrono_literals;
using enum finding_kind;
using enum finding_reason;
using source_ports = resolver_options::source_ports;

/// A way of the server to behave, and what must be made of it.
struct expected_finding {
  const char* mode;
  finding_kind kind;
  std::set<finding_reason> reasons;  // more than one where versions of c-ares differ
  std::string observed = {};
};

class LookupOf : public testing::TestWithParam<expected_finding> {};

std::string name_of(const testing::TestParamInfo<expected_finding>& info) {
  return info.param.mode;
}

void expect(const finding& seen, const expected_finding& expected) {
  EXPECT_EQ(seen.kind, expected.kind)
      << to_string(seen.kind) << " " << to_string(seen.reason) << " " << seen.observed;
  EXPECT_TRUE(expected.reasons.contains(seen.reason)) << to_string(seen.reason);
  EXPECT_EQ(seen.observed, expected.observed);
}

TEST_P(LookupOf, SeesWhatTheServerDoes) {
  scripted_dns_server server{behaviour(GetParam().mode, published())};
  asking client{{address_of(server)}, 150ms};
  expect(client.ask(), GetParam());
  EXPECT_GE(server.count(), 1U);
}

TEST_P(LookupOf, SeesTheSameThroughAPortOfItsOwn) {
  scripted_dns_server server{behaviour(GetParam().mode, published())};
  asking client{{address_of(server)}, 150ms};
  client.options.ports = source_ports::fresh;
  expect(client.ask(), GetParam());
}

INSTANTIATE_TEST_SUITE_P(
    Answers, LookupOf,
    testing::Values(
        expected_finding{"zone", found, {none}},  //
        expected_finding{"delay", found, {none}}, expected_finding{"fake_ad", found, {none}},
        expected_finding{"nxdomain", absent, {no_such_name}},
        expected_finding{"nodata", absent, {no_such_type}},
        expected_finding{"nodata_without_soa", absent, {no_such_type}},
        expected_finding{"truncated_then_tcp", found, {none}},
        expected_finding{"oversized_udp", found, {none}}, expected_finding{"large_tcp", found, {none}},
        expected_finding{"case_not_kept", found, {none}},
        expected_finding{"case_not_kept_over_udp", found, {none}},
        expected_finding{"forged_first", absent, {no_such_name}},
        expected_finding{"two_cnames", wrong_target, {several_cnames}, "second.example.org"},
        expected_finding{
            "dot_in_label", wrong_target, {other_target}, std::string{token} + "\\.dkim.example.net"},
        expected_finding{
            "nul_in_label", wrong_target, {other_target}, std::string{token} + "\\000.dkim.example.net"}),
    name_of);

INSTANTIATE_TEST_SUITE_P(NoAnswers, LookupOf,
                         testing::Values(expected_finding{"servfail", no_answer, {servfail}},  //
                                         expected_finding{"refused", no_answer, {refused}},
                                         expected_finding{"notimp", no_answer, {other_rcode}, "NOTIMP"},
                                         expected_finding{"formerr", no_answer, {other_rcode}, "FORMERR"},
                                         expected_finding{"rcode_9", no_answer, {other_rcode}, "RCODE 9"},
                                         expected_finding{"referral", no_answer, {referral}},
                                         expected_finding{"silence", no_answer, {timeout}},
                                         expected_finding{
                                             "truncated_tcp_closed", no_answer, {unreachable, timeout}},
                                         expected_finding{"truncated_over_tcp", no_answer, {truncated}},
                                         expected_finding{"slow_tcp", no_answer, {timeout}},
                                         expected_finding{"case_not_kept_no_tcp", no_answer, {case_changed}}),
                         name_of);

// c-ares 1.18 hands on what it does not understand; 1.34 asks again and gives up.
INSTANTIATE_TEST_SUITE_P(Forgeries, LookupOf,
                         testing::Values(expected_finding{"wrong_id", no_answer, {timeout}},  //
                                         expected_finding{"wrong_question", no_answer, {timeout}},
                                         expected_finding{"wrong_type_in_question", no_answer, {timeout}},
                                         expected_finding{"no_question", no_answer, {timeout, unreadable}},
                                         expected_finding{"other_port", no_answer, {timeout}},
                                         expected_finding{"not_a_response", no_answer, {unreadable, timeout}},
                                         expected_finding{"other_opcode", no_answer, {unreadable, timeout}},
                                         expected_finding{"wrong_owner", no_answer, {unreadable}},
                                         expected_finding{"other_class", no_answer, {unreadable, timeout}},
                                         expected_finding{"other_type", no_answer, {unreadable}},
                                         expected_finding{"nxdomain_with_cname", no_answer, {unreadable}},
                                         expected_finding{
                                             "count_too_large", no_answer, {unreadable, timeout}},
                                         expected_finding{"pointer_loop", no_answer, {unreadable, timeout}},
                                         expected_finding{"label_overrun", no_answer, {unreadable, timeout}}),
                         name_of);

TEST(Lookup, SeesTheKindsOfRecordsInAZone) {
  const std::string other{"other"};
  scripted_zone zone = scripted_zone::parse(R"(
    other._domainkey.example.com  CNAME elsewhere.example.org
    *._domainkey.wild.example.com CNAME any.dkim.example.net
    _domainkey.d.example.com      DNAME dkim.example.net
    other._domainkey.txt.example.com TXT nothing
  )");
  scripted_dns_server server{behaviour("zone", zone)};
  asking client{{address_of(server)}};

  EXPECT_EQ(client.ask({.label = other, .domain = "example.com"}),
            (finding{wrong_target, other_target, "elsewhere.example.org"}));
  EXPECT_EQ(client.ask({.label = other, .domain = "wild.example.com"}),
            (finding{wrong_target, other_target, "any.dkim.example.net"}));
  EXPECT_EQ(client.ask({.label = other, .domain = "wild.example.com", .expected = lookup::target::control}),
            (finding{wrong_target, other_target, "any.dkim.example.net"}));
  EXPECT_EQ(client.ask({.label = other, .domain = "d.example.com"}),
            (finding{wrong_target, redirected, "DNAME dkim.example.net"}));
  EXPECT_EQ(client.ask({.label = other, .domain = "d.example.com", .expected = lookup::target::control}),
            (finding{wrong_target, redirected, "DNAME dkim.example.net"}));
  EXPECT_EQ(client.ask({.label = other, .domain = "txt.example.com"}), (finding{absent, no_such_type, {}}));
  EXPECT_EQ(client.ask({.label = other, .domain = "nothing.example.com"}),
            (finding{absent, no_such_name, {}}));
}

}  // namespace
}  // namespace easydkim
