// SPDX-License-Identifier: Apache-2.0
#include "daemon/operations/idna.hpp"

#include <gtest/gtest.h>

#include <string>

namespace easydkim {
namespace {

using namespace std::string_literals;

std::string read(std::string_view text) {
  const auto name = to_domain_name(text);
  return name ? name->text() : std::string{sentence(name.error())};
}

errc error_of(std::string_view text) {
  const auto name = to_domain_name(text);
  EXPECT_FALSE(name) << text << " gave " << (name ? name->text() : "");
  return name ? errc{} : name.error();
}

TEST(idna, turns_unicode_into_a_labels) {
  EXPECT_EQ(read("exämple.com"), "xn--exmple-cua.com");
  EXPECT_EQ(read("EXÄMPLE.com."), "xn--exmple-cua.com");
  EXPECT_EQ(read("пример.рф"), "xn--e1afmkfd.xn--p1ai");
  EXPECT_EQ(read("mail.例え.example"), "mail.xn--r8jz45g.example");
}

TEST(idna, keeps_the_sharp_s_apart_from_ss_as_idna2008_does) {
  EXPECT_EQ(read("straße.de"), "xn--strae-oqa.de");
  EXPECT_EQ(read("strasse.de"), "strasse.de");
}

TEST(idna, takes_other_dots_and_wide_letters_for_what_they_mean) {
  EXPECT_EQ(read("example。com"), "example.com");            // U+3002
  EXPECT_EQ(read("ｅｘａｍｐｌｅ．ｃｏｍ"), "example.com");  // U+FF0E and wide letters
}

TEST(idna, gives_the_same_for_composed_and_decomposed_letters) {
  EXPECT_EQ(read("exa\u0308mple.com"), read("ex\u00e4mple.com"));
}

TEST(idna, passes_plain_ascii_on_unchanged) {
  EXPECT_EQ(read("Mail.Example.COM"), "mail.example.com");
  EXPECT_EQ(read("r3---sn.example.com"), "r3---sn.example.com");
}

TEST(idna, takes_an_a_label_that_was_given_as_such_also_where_idna2008_refuses_it) {
  EXPECT_EQ(read("XN--exmple-cua.com"), "xn--exmple-cua.com");
  EXPECT_EQ(read("xn--ls8h.com"), "xn--ls8h.com");  // U+1F4A9
  EXPECT_EQ(read("XN--LS8H.Com."), "xn--ls8h.com");
  EXPECT_EQ(read("www.xn--qeiaa.ws"), "www.xn--qeiaa.ws");  // three times U+2764
  EXPECT_EQ(read("xn--a-ecp.ru"), "xn--a-ecp.ru");          // U+2488 behind a letter
}

TEST(idna, takes_such_a_label_beside_labels_in_unicode) {
  EXPECT_EQ(read("xn--ls8h.bücher.example"), "xn--ls8h.xn--bcher-kva.example");
  EXPECT_EQ(read("Bücher.XN--LS8H.com"), "xn--bcher-kva.xn--ls8h.com");
  EXPECT_EQ(read("xn--ls8h。com"), "xn--ls8h.com");
  EXPECT_EQ(read("ｘｎ－－ｌｓ８ｈ．ｃｏｍ"), "xn--ls8h.com");  // as a wide keyboard writes it
}

TEST(idna, refuses_an_a_label_that_is_no_punycode) {
  for (const char* broken :
       {"xn--1.com", "www.xn--99999999.com", "xn--a.com", "xn--ls8h.xn--0.com", "XN--1.com", "xn---abc.com",
        "ä.xn--1.com", "xn--ls8.com"})
    EXPECT_EQ(error_of(broken), errc::domain_bad_a_label) << broken;
  // "xn--" with nothing behind it, or with ASCII alone, ends in a hyphen.
  for (const char* broken : {"xn--.com", "www.xn--.com", "xn--example-.com", "XN--.com"})
    EXPECT_EQ(error_of(broken), errc::domain_bad_hyphen) << broken;
}

TEST(idna, tells_nobody_who_gave_an_a_label_to_give_it) {
  EXPECT_EQ(read("xn--1.com").find("give its xn-- form"), std::string::npos);
  EXPECT_NE(read("😀.com").find("give its xn-- form"), std::string::npos);
}

TEST(idna, refuses_what_is_not_a_name) {
  EXPECT_EQ(error_of(""), errc::domain_empty);
  EXPECT_EQ(error_of("。"), errc::domain_empty);
  EXPECT_EQ(error_of("ä..com"), errc::domain_empty_label);
  EXPECT_EQ(error_of("😀.com"), errc::domain_bad_idn);
  EXPECT_EQ(error_of("bücher"), errc::domain_single_label);
  EXPECT_EQ(error_of("ä_b.com"), errc::domain_bad_character);
  EXPECT_EQ(error_of("a b.com"), errc::domain_bad_character);
}

TEST(idna, refuses_octets_that_are_no_text) {
  EXPECT_EQ(error_of("\xff\xfe.com"), errc::domain_bad_idn);
  EXPECT_EQ(error_of("ex\xc3.com"), errc::domain_bad_idn);
  EXPECT_EQ(error_of("example.com\0.evil.com"s), errc::domain_bad_character);
  EXPECT_EQ(error_of("ä.com\0"s), errc::domain_bad_character);
}

TEST(idna, refuses_text_that_is_too_long_before_reading_it) {
  EXPECT_EQ(error_of(std::string(10'000'000, '\xc3')), errc::domain_too_long);
  std::string wide = "com";
  for (int i = 0; i < 100; ++i) wide = "ä." + wide;
  EXPECT_EQ(error_of(wide), errc::domain_too_long);
  std::string label;
  for (int i = 0; i < 70; ++i) label += "ä";
  EXPECT_EQ(error_of(label + ".com"), errc::domain_label_too_long);
}

}  // namespace
}  // namespace easydkim
