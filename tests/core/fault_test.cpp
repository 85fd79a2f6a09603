// SPDX-License-Identifier: Apache-2.0
#include "core/fault.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace easydkim {
namespace {

TEST(fault_table, has_the_names_that_monitoring_knows) {
  std::vector<std::string_view> names;
  for (const fault_row& each : fault_rows()) names.push_back(each.name);
  EXPECT_EQ(names, (std::vector<std::string_view>{"no_ipv4", "no_ipv6", "port_53_blocked", "port_53_diverted",
                                                  "resolver_no_tcp", "confirm_server_dead",
                                                  "resolver_filters", "resolver_ill", "resolver_unknown",
                                                  "store_not_writable", "suffix_changed", "clock_stepped"}));
}

TEST(fault_table, finds_each_row_by_value_and_by_name) {
  for (const fault_row& each : fault_rows()) {
    EXPECT_EQ(row_of(each.which).name, each.name);
    EXPECT_EQ(fault_from_string(each.name), each.which);
  }
  EXPECT_EQ(fault_from_string("no_ipv5"), std::nullopt);
}

TEST(fault_table, has_a_sentence_a_remedy_and_an_end_in_each_row) {
  for (const fault_row& each : fault_rows()) {
    EXPECT_FALSE(each.part.empty()) << each.name;
    EXPECT_FALSE(each.over.empty()) << each.name;
    EXPECT_FALSE(each.remedy.empty()) << each.name;
    EXPECT_LE(std::count(each.what.begin(), each.what.end(), '{'), 1) << each.name;
    EXPECT_EQ(what_of(each.which, "x").find('{'), std::string::npos) << each.name;
  }
}

TEST(fault_table, is_critical_where_nothing_can_be_verified_or_written) {
  for (const fault_row& each : fault_rows()) {
    using enum fault;
    const bool nothing_goes_on = each.which == resolver_no_tcp || each.which == confirm_server_dead ||
                                 each.which == resolver_ill || each.which == resolver_unknown ||
                                 each.which == store_not_writable;
    EXPECT_EQ(each.severity == fault_severity::critical, nothing_goes_on) << each.name;
  }
}

TEST(fault_table, puts_what_is_known_into_the_sentence) {
  EXPECT_NE(what_of(fault::resolver_no_tcp, "192.0.2.1:53").find("192.0.2.1:53 does not answer over TCP"),
            std::string::npos);
  EXPECT_EQ(what_of(fault::resolver_ill, "not shown"), row_of(fault::resolver_ill).what);
}

}  // namespace
}  // namespace easydkim
