// SPDX-License-Identifier: Apache-2.0
#include "core/domain_name.hpp"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

namespace easydkim {
namespace {

struct accepted {
  std::string given;
  std::string stored;
};

class accepted_name : public testing::TestWithParam<accepted> {};

TEST_P(accepted_name, is_stored_in_lower_case_without_the_last_dot) {
  const auto name = domain_name::parse(GetParam().given);

  ASSERT_TRUE(name) << sentence(name.error());
  EXPECT_EQ(name->text(), GetParam().stored);
  EXPECT_EQ(domain_name::parse(name->text()).value(), *name);
}

const std::string label_of_63(63, 'a');
const std::string name_of_209 = label_of_63 + "." + label_of_63 + "." + label_of_63 + ".aaaaaaaaaaaaa.com";

INSTANTIATE_TEST_SUITE_P(
    table, accepted_name,
    testing::Values(accepted{"example.com", "example.com"}, accepted{"EXAMPLE.com.", "example.com"},
                    accepted{"Mail.Example.Co.Uk", "mail.example.co.uk"}, accepted{"a.b", "a.b"},
                    accepted{"xn--exmple-cua.com", "xn--exmple-cua.com"}, accepted{"3com.com", "3com.com"},
                    accepted{"1.2.3.com", "1.2.3.com"}, accepted{"a--b.example", "a--b.example"},
                    accepted{"192.0.2.1.example.com", "192.0.2.1.example.com"},
                    accepted{"shop.test", "shop.test"}, accepted{"notlocalhost.com", "notlocalhost.com"},
                    accepted{"mylocal.example", "mylocal.example"},
                    accepted{label_of_63 + ".com", label_of_63 + ".com"}, accepted{name_of_209, name_of_209},
                    accepted{name_of_209 + ".", name_of_209}));

struct refused {
  std::string given;
  errc why;
};

class refused_name : public testing::TestWithParam<refused> {};

TEST_P(refused_name, gets_its_own_reason) {
  const auto name = domain_name::parse(GetParam().given);

  ASSERT_FALSE(name) << name->text();
  EXPECT_EQ(name.error(), GetParam().why) << sentence(name.error());
}

using namespace std::string_literals;

INSTANTIATE_TEST_SUITE_P(empty, refused_name,
                         testing::Values(refused{"", errc::domain_empty}, refused{".", errc::domain_empty},
                                         refused{"..", errc::domain_empty_label},
                                         refused{".example.com", errc::domain_empty_label},
                                         refused{"example..com", errc::domain_empty_label},
                                         refused{"example.com..", errc::domain_empty_label}));

INSTANTIATE_TEST_SUITE_P(
    lengths, refused_name,
    testing::Values(refused{label_of_63 + "a.com", errc::domain_label_too_long},
                    refused{"a" + name_of_209.substr(label_of_63.size() + 1) + "." + label_of_63 + "aa",
                            errc::domain_label_too_long},
                    refused{"b." + name_of_209, errc::domain_too_long},
                    refused{name_of_209.substr(0, 192) + "b" + name_of_209.substr(192),
                            errc::domain_too_long},
                    refused{name_of_209 + "." + std::string(44, 'z'), errc::domain_too_long}));

INSTANTIATE_TEST_SUITE_P(
    characters, refused_name,
    testing::Values(refused{"_x.example.com", errc::domain_bad_character},
                    refused{"*.example.com", errc::domain_bad_character},
                    refused{"exa mple.com", errc::domain_bad_character},
                    refused{" example.com", errc::domain_bad_character},
                    refused{"example.com\n", errc::domain_bad_character},
                    refused{"example.com\r", errc::domain_bad_character},
                    refused{"exa\0mple.com"s, errc::domain_bad_character},
                    refused{"example.com\0"s, errc::domain_bad_character},
                    refused{"exa\\.mple.com", errc::domain_bad_character},
                    refused{"https://example.com", errc::domain_bad_character},
                    refused{"example.com/", errc::domain_bad_character},
                    refused{"user@example.com", errc::domain_bad_character},
                    refused{"example.com:25", errc::domain_bad_character},
                    refused{"ex\xC3\xA4mple.com", errc::domain_bad_character},  // a umlaut
                    refused{"\xD0\xB5xample.com", errc::domain_bad_character},  // Cyrillic e
                    refused{"example\xEF\xBC\x8E"
                            "com.example",
                            errc::domain_bad_character},                              // full-width dot
                    refused{"\xF0\x9F\x92\xA9.example", errc::domain_bad_character},  // emoji
                    refused{"\x7F.example.com", errc::domain_bad_character},
                    refused{"\xFF\xFE.example.com", errc::domain_bad_character}));

INSTANTIATE_TEST_SUITE_P(hyphens, refused_name,
                         testing::Values(refused{"-example.com", errc::domain_bad_hyphen},
                                         refused{"example-.com", errc::domain_bad_hyphen},
                                         refused{"mail.-example.com", errc::domain_bad_hyphen},
                                         refused{"-.com", errc::domain_bad_hyphen},
                                         refused{"example.com-", errc::domain_bad_hyphen}));

INSTANTIATE_TEST_SUITE_P(addresses, refused_name,
                         testing::Values(refused{"192.0.2.1", errc::domain_ip_address},
                                         refused{"192.0.2.1.", errc::domain_ip_address},
                                         refused{"1.2.3", errc::domain_ip_address},
                                         refused{"3232235777", errc::domain_ip_address},
                                         refused{"example.1", errc::domain_ip_address},
                                         refused{"2001:db8::1", errc::domain_ip_address},
                                         refused{"2001:DB8::1", errc::domain_ip_address},
                                         refused{"[2001:db8::1]", errc::domain_ip_address},
                                         refused{"::", errc::domain_ip_address},
                                         refused{"::ffff:192.0.2.1", errc::domain_ip_address}));

INSTANTIATE_TEST_SUITE_P(zones, refused_name,
                         testing::Values(refused{"localhost", errc::domain_single_label},
                                         refused{"com", errc::domain_single_label},
                                         refused{"com.", errc::domain_single_label},
                                         refused{"www.localhost", errc::domain_special_use},
                                         refused{"printer.local", errc::domain_special_use},
                                         refused{"Printer.LOCAL.", errc::domain_special_use},
                                         refused{"1.2.0.192.in-addr.arpa", errc::domain_special_use},
                                         refused{"home.arpa", errc::domain_special_use},
                                         refused{"abcdefghijklmnop.onion", errc::domain_special_use},
                                         refused{"nobody.invalid", errc::domain_special_use}));

TEST(domain_name, leaves_just_enough_room_for_the_record_name) {
  ASSERT_EQ(name_of_209.size(), domain_name::max_length);
  EXPECT_EQ(std::string(32, 't').size() + std::string{"._domainkey."}.size() + domain_name::max_length, 253U);
}

TEST(domain_name, lies_in_itself_and_in_the_zones_above) {
  const domain_name name = domain_name::parse("a.b.example.com").value();

  EXPECT_TRUE(name.is_in("a.b.example.com"));
  EXPECT_TRUE(name.is_in("b.example.com"));
  EXPECT_TRUE(name.is_in("com"));
}

TEST(domain_name, does_not_lie_in_a_zone_that_only_ends_alike) {
  const domain_name name = domain_name::parse("notexample.com").value();

  EXPECT_FALSE(name.is_in("example.com"));
  EXPECT_FALSE(name.is_in("a.notexample.com"));
  EXPECT_FALSE(name.is_in("org"));
}

TEST(domain_name, is_equal_however_it_was_written) {
  EXPECT_EQ(domain_name::parse("Example.COM.").value(), domain_name::parse("example.com").value());
  EXPECT_NE(domain_name::parse("example.com").value(), domain_name::parse("example.org").value());
}

void PrintTo(const accepted& row, std::ostream* out) {
  *out << '"' << row.given << '"';
}
void PrintTo(const refused& row, std::ostream* out) {
  *out << testing::PrintToString(row.given);
}

}  // namespace
}  // namespace easydkim
