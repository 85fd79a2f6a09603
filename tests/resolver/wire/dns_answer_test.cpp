// SPDX-License-Identifier: Apache-2.0
// The reader of answers alone, on bytes: every way to be wrong that a server, or a forger, can choose.
#include "resolver/wire/dns_answer.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/dns_message.hpp"

namespace easydkim {
namespace {

using namespace tests;
using enum finding_kind;

constexpr std::string_view label = "abcdefghijklmnopqrstuvwxyz234567";
constexpr std::string_view suffix = "dkim.example.net";
const std::string right_target = std::string{label} + "." + std::string{suffix};
const std::string owner = std::string{label} + "._domainkey.example.com";

dns_question a_question() {
  std::array<std::uint8_t, dns_question::random_octets> random{};
  random.fill(0b0101'1010);
  return {{label, "_domainkey", "example.com"}, rr_type::cname, random};
}

dns_query as_the_server_sees_it(const dns_question& question) {
  return *dns_query::parse({question.bytes().begin(), question.bytes().end()});
}

struct reading {
  expectation::target is = expectation::target::exact;
  expectation::transport over = expectation::transport::udp;
};

finding read(const octets& reply, reading how = {}) {
  return read_answer(reply, a_question(), {.label = label, .suffix = suffix, .is = how.is, .over = how.over});
}

dns_reply a_reply() {
  return dns_reply{as_the_server_sees_it(a_question())};
}

dns_reply reply_with(std::vector<dns_record> answers) {
  dns_reply reply = a_reply();
  reply.answers = std::move(answers);
  return reply;
}

finding in_place() {
  return {found, finding_reason::none, {}};
}
finding other_target(std::string observed) {
  return {wrong_target, finding_reason::other_target, std::move(observed)};
}
finding no_answer_because(finding_reason reason, std::string observed = {}) {
  return {no_answer, reason, std::move(observed)};
}
finding unreadable() {
  return no_answer_because(finding_reason::unreadable);
}

TEST(DnsAnswer, FindsTheExpectedTarget) {
  EXPECT_EQ(read(reply_with({cname_record(owner, right_target)}).message()), in_place());
}

/// However many records are read, what decides is compared where it stands.
TEST(DnsAnswer, IsHiddenByNoNumberOfOtherRecords) {
  const std::vector<dns_record> many(3000, {{0xC0, 12}, type_txt, {1, 'x'}});
  const auto behind = [&](std::vector<dns_record> all, dns_record last) {
    all.insert(all.end(), many.begin(), many.end());
    all.push_back(std::move(last));
    return read(reply_with(std::move(all)).message());
  };
  const dns_record right = cname_record(owner, right_target);
  EXPECT_EQ(behind({}, right), in_place());
  EXPECT_EQ(behind({}, cname_record(owner, "other.example.org")), other_target("other.example.org"));
  EXPECT_EQ(behind({right}, cname_record(owner, "other.example.org")).reason, finding_reason::several_cnames);
  EXPECT_EQ(behind({right}, dname_record("_domainkey.example.com", "example.net")).reason,
            finding_reason::redirected);
}

TEST(DnsAnswer, IgnoresTheCaseOfOwnerAndTarget) {
  EXPECT_EQ(read(reply_with({cname_record("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567._DomainKey.EXAMPLE.com",
                                          "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567.DKIM.Example.NET")})
                     .message()),
            in_place());
}

TEST(DnsAnswer, FollowsCompressionPointersBackwards) {
  // given a target whose suffix stands in an earlier record, and an owner that is the question
  dns_reply reply = a_reply();
  const std::size_t answers = 12 + reply.question.size();
  octets target = to_wire(label);
  target.pop_back();
  const std::size_t suffix_at = answers + 2 + 10;
  target.insert(target.end(),
                {static_cast<std::uint8_t>(0xC0 | suffix_at >> 8), static_cast<std::uint8_t>(suffix_at)});
  reply.answers = {{{0xC0, 12}, type_ns, to_wire(suffix)}, {{0xC0, 12}, type_cname, target}};

  EXPECT_EQ(read(reply.message()), in_place());
}

TEST(DnsAnswer, ShowsAnotherTargetInLowerCaseWhateverLettersWereDrawnForTheQuestion) {
  EXPECT_EQ(read(reply_with({cname_record(owner, "Other.examplE.cOm")}).message()),
            other_target("other.example.com"));
  EXPECT_EQ(read(reply_with({{to_wire(owner), type_cname, {0}}}).message()), other_target("."));
}

TEST(DnsAnswer, TakesNoNameThatOnlyLooksLikeTheTarget) {
  const std::string text{right_target};
  for (const std::string& near :
       {text + ".example.com", "x." + text, text.substr(1), text.substr(0, text.size() - 1),
        std::string{suffix}, std::string{label}, std::string{label} + "x." + std::string{suffix}})
    EXPECT_EQ(read(reply_with({cname_record(owner, near)}).message()), other_target(near));
}

TEST(DnsAnswer, TakesNoDotOrNulInsideALabelForASeparator) {
  std::string dotted = right_target;
  dotted.insert(label.size(), "\\");
  EXPECT_EQ(read(reply_with({cname_record(owner, dotted)}).message()), other_target(dotted));

  const std::string with_nul = std::string{label} + "\\000." + std::string{suffix};
  EXPECT_EQ(read(reply_with({cname_record(owner, with_nul)}).message()), other_target(with_nul));

  std::string owner_with_dot = owner;
  owner_with_dot.insert(label.size(), "\\");
  EXPECT_EQ(read(reply_with({cname_record(owner_with_dot, right_target)}).message()), unreadable());
}

TEST(DnsAnswer, EscapesWhatATerminalOrAZoneFileWouldTakeForSomethingElse) {
  EXPECT_EQ(read(reply_with({cname_record(owner, "\\027[31m\\032\\.\\\\\\\"\\255.org")}).message()).observed,
            "\\027[31m\\032\\.\\\\\\\"\\255.org");
}

TEST(DnsAnswer, CountsSeveralCnamesAsWrong) {
  const dns_record right = cname_record(owner, right_target);
  const dns_record other = cname_record(owner, "other.example.org");
  const auto several = [](std::string observed) {
    return finding{wrong_target, finding_reason::several_cnames, std::move(observed)};
  };
  EXPECT_EQ(read(reply_with({right, other}).message()), several("other.example.org"));
  EXPECT_EQ(read(reply_with({other, right}).message()), several("other.example.org"));
  EXPECT_EQ(read(reply_with({right, right}).message()), several(right_target));
}

TEST(DnsAnswer, TakesNoTargetThatADnameMadeUp) {
  const dns_record made_up = cname_record(owner, right_target);
  const dns_record dname = dname_record("_domainkey.example.com", suffix);
  const finding redirected{wrong_target, finding_reason::redirected, "DNAME dkim.example.net"};
  EXPECT_EQ(read(reply_with({dname, made_up}).message()), redirected);
  EXPECT_EQ(read(reply_with({made_up, dname}).message()), redirected);
  EXPECT_EQ(read(reply_with({dname}).message()), redirected);
}

TEST(DnsAnswer, IgnoresRecordsOfOtherNamesBesideOurs) {
  EXPECT_EQ(read(reply_with({cname_record(right_target, "elsewhere.example.org"),
                             cname_record(owner, right_target),
                             {to_wire(owner), type_txt, {1, 'x'}}})
                     .message()),
            in_place());
}

TEST(DnsAnswer, ReadsNothingFromRecordsThatAreNotOurs) {
  EXPECT_EQ(read(reply_with({cname_record("x._domainkey.example.com", right_target)}).message()),
            unreadable());
  EXPECT_EQ(read(reply_with({{to_wire(owner), type_a, {192, 0, 2, 1}}}).message()), unreadable());
  EXPECT_EQ(read(reply_with({{to_wire(owner), type_cname, to_wire(right_target), 3}}).message()),
            unreadable());
}

TEST(DnsAnswer, TellsTheKindsOfNothing) {
  dns_reply reply = a_reply();
  EXPECT_EQ(read(reply.message()), (finding{absent, finding_reason::no_such_type, {}}));
  reply.authorities = {soa_record("example.com"), ns_record("example.com", "ns.example.com")};
  EXPECT_EQ(read(reply.message()), (finding{absent, finding_reason::no_such_type, {}}));
  reply.authorities = {ns_record("com", "a.gtld-servers.net")};
  EXPECT_EQ(read(reply.message()), no_answer_because(finding_reason::referral));
  reply.rcode = 3;
  EXPECT_EQ(read(reply.message()), (finding{absent, finding_reason::no_such_name, {}}));
}

TEST(DnsAnswer, BelievesNoDenialOfARecordThatItShows) {
  dns_reply reply = reply_with({cname_record(owner, right_target)});
  reply.rcode = 3;
  EXPECT_EQ(read(reply.message()), unreadable());
}

TEST(DnsAnswer, NamesEachFailureOfTheServer) {
  const auto with_rcode = [](unsigned rcode) {
    dns_reply reply = reply_with({cname_record(owner, right_target)});
    reply.rcode = rcode;
    return read(reply.message());
  };
  EXPECT_EQ(with_rcode(1), no_answer_because(finding_reason::other_rcode, "FORMERR"));
  EXPECT_EQ(with_rcode(2), no_answer_because(finding_reason::servfail));
  EXPECT_EQ(with_rcode(4), no_answer_because(finding_reason::other_rcode, "NOTIMP"));
  EXPECT_EQ(with_rcode(5), no_answer_because(finding_reason::refused));
  EXPECT_EQ(with_rcode(9), no_answer_because(finding_reason::other_rcode, "RCODE 9"));
}

TEST(DnsAnswer, TakesOnlyResponsesToItsQuestion) {
  const dns_reply right = reply_with({cname_record(owner, right_target)});

  dns_reply reply = right;
  reply.is_response = false;
  EXPECT_EQ(read(reply.message()), unreadable());

  reply = right;
  reply.opcode = 4;
  EXPECT_EQ(read(reply.message()), unreadable());

  reply = right;
  reply.questions = 0;
  EXPECT_EQ(read(reply.message()), unreadable());

  reply = right;
  reply.questions = 2;
  EXPECT_EQ(read(reply.message()), unreadable());

  reply = right;
  reply.question[1] = 'x';  // another name
  EXPECT_EQ(read(reply.message()), unreadable());

  reply = right;
  reply.question[reply.question.size() - 3] = type_txt;
  EXPECT_EQ(read(reply.message()), unreadable());

  reply = right;
  reply.is_truncated = true;
  EXPECT_EQ(read(reply.message()), no_answer_because(finding_reason::truncated));
}

TEST(DnsAnswer, WantsTheLettersOfTheQuestionBackOverUdpOnly) {
  dns_reply reply = reply_with({cname_record(owner, right_target)});
  reply.question[1] ^= 0x20;
  EXPECT_EQ(read(reply.message()), no_answer_because(finding_reason::case_changed));
  EXPECT_EQ(read(reply.message(), {.over = expectation::transport::tcp}), in_place());
}

TEST(DnsAnswer, FindsTheControlLabelOnlyWhereItWouldVerifyAndSaysWithWhatTarget) {
  const auto control = [](std::string_view target) {
    return read(reply_with({cname_record(owner, target)}).message(), {.is = expectation::target::control});
  };
  EXPECT_EQ(control(right_target), (finding{found, finding_reason::none, std::string{right_target}}));
  EXPECT_EQ(control("whatever.dkim.example.net"), other_target("whatever.dkim.example.net"));
  EXPECT_EQ(control("dkim.example.net"), other_target("dkim.example.net"));
}

TEST(DnsAnswer, ReadsNothingFromBrokenMessages) {
  dns_reply reply = reply_with({cname_record(owner, right_target)});
  reply.claimed_answers = 65535;
  EXPECT_EQ(read(reply.message()), unreadable()) << "count too large";

  reply = reply_with({cname_record(owner, right_target)});
  reply.answers[0].data.push_back(0);
  EXPECT_EQ(read(reply.message()), unreadable()) << "octets behind the target";

  reply = reply_with({cname_record(owner, right_target)});
  reply.answers[0].data.pop_back();
  EXPECT_EQ(read(reply.message()), unreadable()) << "target without its root";

  reply = reply_with({{{0xC0, 12}, type_cname, {0xC0, 255}}});
  EXPECT_EQ(read(reply.message()), unreadable()) << "pointer forwards";

  reply = reply_with({{{0xC0, 12}, type_cname, {0xC0, 2}}});
  EXPECT_EQ(read(reply.message()), unreadable()) << "pointer into the header";

  reply = reply_with({{{0xC0, 12}, type_cname, {0x80, 0}}});
  EXPECT_EQ(read(reply.message()), unreadable()) << "label type that does not exist";

  reply = a_reply();
  const std::size_t self = 12 + reply.question.size();
  reply.answers = {{{0xC0, static_cast<std::uint8_t>(self)}, type_cname, {0xC0, 12}}};
  EXPECT_EQ(read(reply.message()), unreadable()) << "pointer to itself";

  octets endless;  // 5 labels of 63: each octet is in the message, but the name is too long
  for (int i = 0; i < 5; ++i) {
    endless.push_back(63);
    endless.insert(endless.end(), 63, 'a');
  }
  endless.push_back(0);
  reply = reply_with({{to_wire(owner), type_cname, endless}});
  EXPECT_EQ(read(reply.message()), unreadable()) << "name over 255 octets";

  reply = a_reply();
  reply.authorities = {soa_record("example.com")};
  octets cut = reply.message();
  cut.pop_back();
  EXPECT_EQ(read(cut), unreadable()) << "denial that is cut off";
}

TEST(DnsAnswer, ReadsNothingFromAnyMessageThatWasCutOff) {
  const octets whole = reply_with({cname_record(owner, right_target)}).message();
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_EQ(read({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}), unreadable()) << size;
}

TEST(DnsAnswer, NeverFindsTheTargetInAMessageWithOneFalseOctetOfMeaning) {
  // Only the id, the flags that do not matter, the TTL, and the case of letters may differ.
  const octets whole = reply_with({cname_record(owner, right_target)}).message();
  const std::size_t answer = 12 + a_question().question().size();
  const std::size_t fixed = answer + to_wire(owner).size();
  for (std::size_t i = 4; i < whole.size(); ++i) {
    const bool is_ttl = i >= fixed + 4 && i < fixed + 8;
    const bool is_count_of_others = i >= 8 && i < 12;
    if (is_ttl || is_count_of_others) continue;
    octets changed = whole;
    changed[i] ^= 0x01;
    EXPECT_NE(read(changed), in_place()) << i;
  }
}

}  // namespace
}  // namespace easydkim
