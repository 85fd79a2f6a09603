// SPDX-License-Identifier: Apache-2.0
#include "resolver/wire/dns_answer.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/dns_message.hpp"

namespace easydkim {
namespace {

using namespace tests;
using enum finding_kind;

constexpr std::string_view owner = "_amazonses.example.com";
const std::string text = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=";

dns_question the_question() {
  std::array<std::uint8_t, dns_question::random_octets> random{};
  random.fill(0b0101'1010);
  return {{"_amazonses", "example.com"}, rr_type::txt, random};
}

dns_reply a_reply() {
  const dns_question asked = the_question();
  return dns_reply{*dns_query::parse({asked.bytes().begin(), asked.bytes().end()})};
}

dns_reply reply_with(std::vector<dns_record> answers) {
  dns_reply reply = a_reply();
  reply.answers = std::move(answers);
  return reply;
}

finding read(const dns_reply& reply) {
  return read_answer(reply.message(), the_question(), {.text = text, .is = expectation::target::text});
}
finding read_records(std::vector<dns_record> answers) {
  return read(reply_with(std::move(answers)));
}

const finding in_place{found, finding_reason::none, {}};
const finding unreadable{no_answer, finding_reason::unreadable, {}};
finding other_text(std::string observed) {
  return {wrong_target, finding_reason::other_text, std::move(observed)};
}

TEST(TxtAnswer, IsFoundWhenOneTxtRecordSaysTheToken) {
  EXPECT_EQ(read_records({txt_record(owner, {text})}), in_place);
}

TEST(TxtAnswer, IsFoundWhereverTheTextIsCut) {
  for (std::size_t cut = 0; cut <= text.size(); ++cut)
    EXPECT_EQ(read_records({txt_record(owner, {text.substr(0, cut), text.substr(cut)})}), in_place) << cut;
  EXPECT_EQ(read_records({txt_record(owner, {"", text.substr(0, 9), "", text.substr(9), ""})}), in_place);
}

TEST(TxtAnswer, IsFoundBesideOtherTxtRecordsInAnyOrder) {
  const dns_record ours = txt_record(owner, {text}), other = txt_record(owner, {"v=spf1 -all"});
  EXPECT_EQ(read_records({ours, other}), in_place);
  EXPECT_EQ(read_records({other, ours}), in_place);
  EXPECT_EQ(read_records({other, ours, other}), in_place);
}

TEST(TxtAnswer, IgnoresTheCaseOfTheOwnerOnly) {
  EXPECT_EQ(read_records({txt_record("_AMAZONSES.Example.COM", {text})}), in_place);
  EXPECT_EQ(read_records({txt_record(owner, {lower(text)})}), other_text(lower(text)));
}

TEST(TxtAnswer, IsWrongWhenTheTextDiffersInASingleOctet) {
  for (const std::string& wrong : {text.substr(1), text.substr(0, 43), text + " ", " " + text, text + text,
                                   "\"" + text + "\"", std::string{}})
    EXPECT_EQ(read_records({txt_record(owner, {wrong})}), other_text(wrong)) << wrong;
}

TEST(TxtAnswer, OfTwoRecordsThatOnlyTogetherSayTheTokenIsWrong) {
  EXPECT_EQ(read_records({txt_record(owner, {text.substr(0, 20)}), txt_record(owner, {text.substr(20)})}),
            other_text(std::min(text.substr(0, 20), text.substr(20))));
}

TEST(TxtAnswer, ShowsTheSameOtherTextInWhateverOrderTheyCome) {
  const dns_record a = txt_record(owner, {"a text"}), b = txt_record(owner, {"b text"});
  EXPECT_EQ(read_records({a, b}), other_text("a text"));
  EXPECT_EQ(read_records({b, a}), other_text("a text"));
}

TEST(TxtAnswer, ShowsOtherTextPrintableAndCut) {
  EXPECT_EQ(read_records({txt_record(owner, {std::string("a\n\0\xFF", 4)})}), other_text("a\\010\\000\\255"));
  EXPECT_EQ(read_records({txt_record(owner, {std::string(255, 'x'), std::string(255, 'y')})}),
            other_text(std::string(100, 'x') + "..."));
}

TEST(TxtAnswer, IsNoneWhenOwnerOrClassOrTypeIsAnother) {
  dns_record chaos = txt_record(owner, {text});
  chaos.rr_class = 3;
  EXPECT_EQ(read_records({chaos}), unreadable);
  EXPECT_EQ(read_records({txt_record("other.example.com", {text})}), unreadable);
  EXPECT_EQ(read_records({txt_record("a._amazonses.example.com", {text})}), unreadable);
  dns_record spf = txt_record(owner, {text});
  spf.type = 99;
  EXPECT_EQ(read_records({spf}), unreadable);
}

TEST(TxtAnswer, ThroughACnameIsWrongWhateverItLeadsTo) {
  const dns_record alias = cname_record(owner, "elsewhere.example.net");
  const finding wrong{wrong_target, finding_reason::alias, "elsewhere.example.net"};
  EXPECT_EQ(read_records({alias}), wrong);
  EXPECT_EQ(read_records({alias, txt_record("elsewhere.example.net", {text})}), wrong);
  EXPECT_EQ(read_records({txt_record(owner, {text}), alias}), wrong);

  dns_reply to_nothing = reply_with({alias});
  to_nothing.rcode = 3;
  EXPECT_EQ(read(to_nothing), wrong);
}

TEST(TxtAnswer, ThroughADnameIsWrong) {
  EXPECT_EQ(
      read_records({dname_record("example.com", "example.net"), cname_record(owner, "_amazonses.example.net"),
                    txt_record("_amazonses.example.net", {text})}),
      (finding{wrong_target, finding_reason::redirected, "DNAME example.net"}));
}

TEST(TxtAnswer, WithoutTheNameOrTheTypeIsAbsent) {
  dns_reply none = a_reply();
  none.authorities = {soa_record("example.com")};
  EXPECT_EQ(read(none), (finding{absent, finding_reason::no_such_type, {}}));
  none.rcode = 3;
  EXPECT_EQ(read(none), (finding{absent, finding_reason::no_such_name, {}}));
}

TEST(TxtAnswer, ThatSaysNxdomainBesideTheRecordIsNone) {
  dns_reply reply = reply_with({txt_record(owner, {text})});
  reply.rcode = 3;
  EXPECT_EQ(read(reply), unreadable);
}

TEST(TxtAnswer, IsNoneWhenItIsNoAnswer) {
  const auto changed = [](auto change) {
    dns_reply reply = reply_with({txt_record(owner, {text})});
    change(reply);
    return read(reply);
  };
  EXPECT_EQ(changed([](dns_reply& r) { r.is_response = false; }), unreadable);
  EXPECT_EQ(changed([](dns_reply& r) { r.opcode = 4; }), unreadable);
  EXPECT_EQ(changed([](dns_reply& r) { r.claimed_answers = 65535; }), unreadable);
  EXPECT_EQ(changed([](dns_reply& r) { r.question[r.question.size() - 3] = 5; }), unreadable);
  EXPECT_EQ(changed([](dns_reply& r) { r.is_truncated = true; }).reason, finding_reason::truncated);
  EXPECT_EQ(changed([](dns_reply& r) { r.rcode = 2; }).reason, finding_reason::servfail);
  EXPECT_EQ(changed([](dns_reply& r) { r.rcode = 5; }).reason, finding_reason::refused);
  EXPECT_EQ(changed([](dns_reply& r) { r.question[2] ^= 0x20; }).reason, finding_reason::case_changed);
}

TEST(TxtAnswer, IsNoneWhenARecordBreaksTheFormOfTxt) {
  dns_record overrun = txt_record(owner, {text});
  ++overrun.data[0];
  EXPECT_EQ(read_records({overrun}), unreadable);
  EXPECT_EQ(read_records({txt_record(owner, {text}), overrun}), unreadable);
  dns_record empty = txt_record(owner, {});
  EXPECT_EQ(read_records({empty}), unreadable);
}

TEST(TxtAnswer, IsNoneCutOffAnywhere) {
  const octets whole = reply_with({txt_record(owner, {"v=spf1 -all"}), txt_record(owner, {text})}).message();
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_EQ(
        read_answer({whole.data(), size}, the_question(), {.text = text, .is = expectation::target::text})
            .kind,
        no_answer)
        << size;
}

}  // namespace
}  // namespace easydkim
