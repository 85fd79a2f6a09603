// SPDX-License-Identifier: Apache-2.0
#include "resolver/wire/dns_question.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

namespace easydkim {
namespace {

using random = std::array<std::uint8_t, dns_question::random_octets>;

constexpr random no_bits{};

random all_bits() {
  random bits;
  bits.fill(0xFF);
  return bits;
}

std::string text_of(std::span<const std::uint8_t> octets) {
  return {octets.begin(), octets.end()};
}

TEST(DnsQuestion, IsTheBytesOfRfc1035) {
  const dns_question question{{"abc", "_domainkey", "example.com"}, rr_type::cname, no_bits};

  const std::string expected{
      "\x00\x00\x01\x20\x00\x01\x00\x00\x00\x00\x00\x00"  // id 0, RD and AD, one question
      "\x03"
      "abc\x0a"
      "_domainkey\x07"
      "example\x03"
      "com\x00"
      "\x00\x05\x00\x01",
      12 + 28 + 4};  // CNAME, IN
  EXPECT_EQ(text_of(question.bytes()), expected);
  EXPECT_EQ(text_of(question.question()), expected.substr(12));
}

TEST(DnsQuestion, TakesItsIdFromTheFirstTwoRandomOctets) {
  random bits{};
  bits[0] = 0xAB;
  bits[1] = 0xCD;
  const dns_question question{{"abc", "_domainkey", "example.com"}, rr_type::cname, bits};
  EXPECT_EQ(question.bytes()[0], 0xAB);
  EXPECT_EQ(question.bytes()[1], 0xCD);
}

TEST(DnsQuestion, IsInSmallLettersWhenToldTo) {
  const question_manner small{.cases = question_manner::letters::small};
  const dns_question question{{"AB2-c@[`{", "_DomainKey", "XN--1.com"}, rr_type::cname, all_bits(), small};
  EXPECT_EQ(text_of(question.question()).substr(0, 32), (std::string{"\x09"
                                                                     "ab2-c@[`{\x0a"
                                                                     "_domainkey\x05"
                                                                     "xn--1\x03"
                                                                     "com\x00",
                                                                     32}));
}

TEST(DnsQuestion, ChangesTheCaseOfLettersOnly) {
  const dns_question question{{"ab2-c", "_domainkey", "xn--1.com"}, rr_type::cname, all_bits()};
  EXPECT_EQ(text_of(question.question()).substr(0, 28), (std::string{"\x05"
                                                                     "AB2-C\x0a"
                                                                     "_DOMAINKEY\x05"
                                                                     "XN--1\x03"
                                                                     "COM\x00",
                                                                     28}));
}

TEST(DnsQuestion, DrawsOneBitForEachLetter) {
  random bits{};
  bits[2] = 0b0000'0100;  // the third octet of the name, so the second letter
  const dns_question question{{"abc", "_domainkey", "example.com"}, rr_type::cname, bits};
  EXPECT_EQ(text_of(question.question()).substr(1, 3), "aBc");
}

TEST(DnsQuestion, HoldsTheLongestNameThereIs) {
  const std::string label(32, 't');
  const std::string domain = std::string(63, 'a') + '.' + std::string(63, 'b') + '.' + std::string(63, 'c') +
                             '.' + std::string(17, 'd');
  ASSERT_EQ(domain.size(), 209U);

  const dns_question question{{label, "_domainkey", domain}, rr_type::cname, all_bits()};

  EXPECT_EQ(question.question().size(), 255U + 4U);
  const std::string name = text_of(question.question().first(255));
  EXPECT_TRUE(std::ranges::none_of(name, [](char c) { return c >= 'a' && c <= 'z'; }));
  EXPECT_EQ(name.back(), '\0');
}

TEST(DnsQuestion, RefusesWhatIsNoName) {
  const std::string label(32, 't');
  const std::string too_long = std::string(63, 'a') + '.' + std::string(63, 'b') + '.' +
                               std::string(63, 'c') + '.' + std::string(18, 'd');
  for (const std::string& domain :
       {too_long, std::string(64, 'a'), std::string{}, std::string{"a..b"}, std::string{"a."}})
    EXPECT_THROW((dns_question{{label, "_domainkey", domain}, rr_type::cname, no_bits}),
                 std::invalid_argument)
        << domain;
}

}  // namespace
}  // namespace easydkim
