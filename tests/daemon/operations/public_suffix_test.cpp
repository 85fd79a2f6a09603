// SPDX-License-Identifier: Apache-2.0
#include "daemon/operations/public_suffix.hpp"

#include <gtest/gtest.h>

#include "daemon/operations/idna.hpp"

namespace easydkim {
namespace {

bool is_suffix(std::string_view text) {
  return suffix_kind_of(to_domain_name(text).value()) == suffix_kind::registry;
}

TEST(public_suffix, is_a_name_under_which_many_owners_register) {
  EXPECT_TRUE(is_suffix("co.uk"));
  EXPECT_TRUE(is_suffix("com.au"));
  EXPECT_TRUE(is_suffix("公司.cn"));
  EXPECT_TRUE(is_suffix("foo.ck"));  // by the rule "*.ck"
}

TEST(public_suffix, is_not_a_domain_below_one) {
  EXPECT_FALSE(is_suffix("example.com"));
  EXPECT_FALSE(is_suffix("example.co.uk"));
  EXPECT_FALSE(is_suffix("www.ck"));  // the exception to that rule
}

TEST(public_suffix, is_of_a_company_where_the_list_has_it_in_its_private_section) {
  for (const char* name : {"github.io", "uk.com", "co.com", "eu.org", "duckdns.org", "dyndns.org", "no-ip.org"})
    EXPECT_EQ(suffix_kind_of(to_domain_name(name).value()), suffix_kind::company) << name;
  for (const char* name : {"example.github.io", "example.uk.com", "a.b.duckdns.org", "example.com"})
    EXPECT_EQ(suffix_kind_of(to_domain_name(name).value()), suffix_kind::none) << name;
}

TEST(public_suffix, is_not_a_name_that_the_list_does_not_know) {
  EXPECT_FALSE(is_suffix("owner.test"));
  EXPECT_FALSE(is_suffix("a.b.example"));
}

TEST(registrable_domain, is_one_label_more_than_a_name_of_the_list) {
  EXPECT_EQ(registrable_domain("example.com"), "example.com");
  EXPECT_EQ(registrable_domain("a.mail.example.co.uk"), "example.co.uk");
  EXPECT_EQ(registrable_domain("pages.example.github.io"), "example.github.io");
  EXPECT_EQ(registrable_domain("mail.example.uk.com"), "example.uk.com");
  EXPECT_EQ(registrable_domain("example.eu.org"), "example.eu.org");
  EXPECT_EQ(registrable_domain("www.ck"), "www.ck");
}

TEST(registrable_domain, is_the_last_two_labels_where_the_list_knows_nothing) {
  EXPECT_EQ(registrable_domain("a.b.example.unlisted"), "example.unlisted");
}

TEST(registrable_domain, is_nothing_for_a_suffix) {
  EXPECT_EQ(registrable_domain("co.uk"), "");
  EXPECT_EQ(registrable_domain("com"), "");
  EXPECT_EQ(registrable_domain("github.io"), "");
}

}  // namespace
}  // namespace easydkim
