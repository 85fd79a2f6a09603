// SPDX-License-Identifier: Apache-2.0
// What is told of the faults of ours: one line when one begins, one when it ends, and what is there now.
#include "daemon/monitoring/faults.hpp"

#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <memory>
#include <sstream>

namespace easydkim {
namespace {

using namespace std::chrono_literals;

constexpr time_point noon = std::chrono::sys_days{std::chrono::year{2026} / 11 / 30} + 12h;

class faults_of_ours : public testing::Test {
 protected:
  faults_of_ours() : before_{spdlog::default_logger()} {
    auto here = std::make_shared<spdlog::logger>("", std::make_shared<spdlog::sinks::ostream_sink_st>(log_));
    here->set_pattern("%l %v");
    spdlog::set_default_logger(std::move(here));
  }
  ~faults_of_ours() override { spdlog::set_default_logger(before_); }

  std::string log() const { return log_.str(); }

  int changes_ = 0;
  faults all_{[this] { ++changes_; }};

 private:
  std::ostringstream log_;
  std::shared_ptr<spdlog::logger> before_;
};

TEST_F(faults_of_ours, are_none_at_first) {
  EXPECT_TRUE(all_.present().empty());
  for (const fault_row& each : fault_rows()) EXPECT_FALSE(all_.has(each.which)) << each.name;
}

TEST_F(faults_of_ours, are_told_once_with_the_remedy_and_once_when_they_end) {
  all_.begin(fault::resolver_ill, {}, noon);
  EXPECT_EQ(log(),
            "error resolver, no lookup is answered; polling slowly until one is (check resolver.servers)\n");
  all_.begin(fault::resolver_ill, {}, noon + 1s);
  EXPECT_EQ(changes_, 1);
  all_.end(fault::resolver_ill);
  all_.end(fault::resolver_ill);
  EXPECT_EQ(changes_, 2);
  EXPECT_NE(log().find("\ninfo resolver, answers again; polling at full pace\n"), std::string::npos) << log();
  EXPECT_EQ(std::ranges::count(log(), '\n'), 2) << log();
}

TEST_F(faults_of_ours, keep_their_time_and_take_the_newer_sentence) {
  all_.begin(fault::resolver_no_tcp, "192.0.2.1:53", noon);
  all_.begin(fault::resolver_no_tcp, "192.0.2.2:53", noon + 1h);
  ASSERT_EQ(all_.present().size(), 1U);
  EXPECT_EQ(all_.present()[0].since, noon);
  EXPECT_TRUE(all_.present()[0].what.starts_with("192.0.2.2:53 does not answer over TCP"));
  EXPECT_FALSE(all_.present()[0].remedy().empty());
}

TEST_F(faults_of_ours, that_only_go_on_less_well_are_warnings) {
  all_.begin(fault::no_ipv6, "no route", noon);
  EXPECT_TRUE(log().starts_with("warning resolver, this host reaches no name server over IPv6 (no route)"))
      << log();
}

TEST_F(faults_of_ours, are_followed_by_what_is_known_of_them) {
  all_.follow(fault::resolver_unknown, "/etc/resolv.conf names no DNS server", noon);
  EXPECT_TRUE(all_.has(fault::resolver_unknown));
  all_.follow(fault::resolver_unknown, std::nullopt, noon + 1s);
  EXPECT_FALSE(all_.has(fault::resolver_unknown));
}

TEST_F(faults_of_ours, are_as_old_as_before_when_the_clock_was_set) {
  all_.begin(fault::port_53_blocked, "the servers of resolv.conf", noon);
  all_.shift(24h);
  EXPECT_EQ(all_.present()[0].since, noon + 24h);
}

TEST_F(faults_of_ours, show_no_octets_of_others_that_a_terminal_would_obey) {
  all_.begin(fault::resolver_filters, "\x1b[2J", noon);
  EXPECT_EQ(all_.present()[0].what.find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace easydkim
