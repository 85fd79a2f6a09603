// SPDX-License-Identifier: Apache-2.0
#include "daemon/operations/mailbox_providers.hpp"

#include <gtest/gtest.h>

namespace easydkim {
namespace {

bool is_of_provider(std::string_view text) {
  return is_of_mailbox_provider(domain_name::parse(text).value());
}

TEST(mailbox_providers, have_the_domains_of_their_customers_and_what_is_below) {
  for (const std::string_view each : {"gmail.com", "outlook.com", "web.de", "gmx.net", "yahoo.co.jp", "mail.gmx.net"})
    EXPECT_TRUE(is_of_provider(each)) << each;
}

TEST(mailbox_providers, have_no_domain_that_only_looks_alike) {
  for (const std::string_view each : {"example.com", "mygmail.com", "gmail.com.example", "gmail.co", "google.com"})
    EXPECT_FALSE(is_of_provider(each)) << each;
}

}  // namespace
}  // namespace easydkim
