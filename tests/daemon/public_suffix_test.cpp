#include "daemon/public_suffix.hpp"

#include <gtest/gtest.h>

#include "daemon/idna.hpp"

namespace easydkim {
namespace {

bool is_suffix(std::string_view text) {
  return is_public_suffix(to_domain_name(text).value());
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

TEST(public_suffix, is_not_a_name_of_the_private_section) {
  EXPECT_FALSE(is_suffix("github.io"));
}

TEST(public_suffix, is_not_a_name_that_the_list_does_not_know) {
  EXPECT_FALSE(is_suffix("owner.test"));
  EXPECT_FALSE(is_suffix("a.b.example"));
}

TEST(registrable_domain, is_one_label_more_than_a_name_of_the_icann_section) {
  EXPECT_EQ(registrable_domain("example.com"), "example.com");
  EXPECT_EQ(registrable_domain("a.mail.example.co.uk"), "example.co.uk");
  EXPECT_EQ(registrable_domain("pages.example.github.io"), "github.io");
  EXPECT_EQ(registrable_domain("www.ck"), "www.ck");
}

TEST(registrable_domain, is_the_last_two_labels_where_the_list_knows_nothing) {
  EXPECT_EQ(registrable_domain("a.b.example.unlisted"), "example.unlisted");
}

TEST(registrable_domain, is_nothing_for_a_suffix) {
  EXPECT_EQ(registrable_domain("co.uk"), "");
  EXPECT_EQ(registrable_domain("com"), "");
}

}  // namespace
}  // namespace easydkim
