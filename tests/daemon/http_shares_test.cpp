// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/http_shares.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace easydkim {
namespace {

using namespace std::chrono_literals;
using boost::asio::ip::make_address;
using enum http_phase;

constexpr http_shares sixteen{.all = 16};

/// Clients in an order of time: each has been at what it is at for longer than the next.
class open_clients {
 public:
  void add(const char* address, http_phase phase, std::string key = {}, std::size_t count = 1) {
    for (; count > 0; --count)
      all_.push_back({make_address(address), key, phase,
                      std::chrono::steady_clock::time_point{std::chrono::seconds{all_.size()}}});
  }
  std::vector<const http_client*> list() const {
    std::vector<const http_client*> shown;
    for (const http_client& each : all_) shown.push_back(&each);
    return shown;
  }

 private:
  std::vector<http_client> all_;
};

void expect_closed(const http_admission& decided, std::size_t one) {
  EXPECT_TRUE(decided.granted);
  ASSERT_TRUE(decided.closed);
  EXPECT_EQ(*decided.closed, one);
}

TEST(http_shares, take_a_newcomer_while_there_is_room) {
  const http_admission decided = admit(open_clients{}.list(), make_address("192.0.2.1"), sixteen);
  EXPECT_TRUE(decided.granted);
  EXPECT_FALSE(decided.closed);
}

TEST(http_shares, let_an_address_have_an_eighth_that_has_not_signed) {
  open_clients open;
  open.add("192.0.2.1", work);
  open.add("192.0.2.1", request);
  expect_closed(admit(open.list(), make_address("192.0.2.1"), sixteen), 1);
  EXPECT_FALSE(admit(open.list(), make_address("192.0.2.2"), sixteen).closed);
  open.add("192.0.2.2", request, "AKID", 5);  // who has signed does not count
  EXPECT_FALSE(admit(open.list(), make_address("192.0.2.2"), sixteen).closed);
}

TEST(http_shares, close_who_has_kept_us_waiting_for_longest) {
  open_clients open;
  open.add("192.0.2.1", work);
  open.add("192.0.2.1", request);
  open.add("192.0.2.1", idle);  // it may have come this moment, and send its request in the next
  expect_closed(admit(open.list(), make_address("192.0.2.1"), sixteen), 1);
  open_clients silent;
  silent.add("192.0.2.1", idle);
  silent.add("192.0.2.1", request);
  expect_closed(admit(silent.list(), make_address("192.0.2.1"), sixteen), 0);
}

TEST(http_shares, refuse_who_has_a_share_of_connections_at_work) {
  open_clients open;
  open.add("192.0.2.1", work, {}, 2);
  EXPECT_FALSE(admit(open.list(), make_address("192.0.2.1"), sixteen).granted);
}

TEST(http_shares, let_loopback_have_a_half_as_a_whole) {
  open_clients open;
  open.add("127.0.0.1", request, {}, 4);
  open.add("::1", request, {}, 2);
  open.add("::ffff:127.0.0.3", request);
  EXPECT_FALSE(admit(open.list(), make_address("127.0.0.2"), sixteen).closed);
  open.add("127.0.0.1", request);
  expect_closed(admit(open.list(), make_address("127.0.0.2"), sixteen), 0);
}

TEST(http_shares, let_a_proxy_have_a_half_which_is_an_address_with_connections_of_two_keys) {
  open_clients open;
  open.add("192.0.2.1", idle, "AKIDONE", 2);
  open.add("192.0.2.1", request, {}, 2);
  expect_closed(admit(open.list(), make_address("192.0.2.1"), sixteen), 2);
  open.add("192.0.2.1", idle, "AKIDTWO");
  EXPECT_FALSE(admit(open.list(), make_address("192.0.2.1"), sixteen).closed);
  open.add("192.0.2.1", request, {}, 6);
  expect_closed(admit(open.list(), make_address("192.0.2.1"), sixteen), 2);
}

TEST(http_shares, count_a_network_of_ipv6_as_one_address) {
  open_clients open;
  open.add("2001:db8::1", request);
  open.add("2001:db8::2:1", request);
  expect_closed(admit(open.list(), make_address("2001:db8::3"), sixteen), 0);
  EXPECT_FALSE(admit(open.list(), make_address("2001:db8:0:1::3"), sixteen).closed);
  EXPECT_TRUE(is_same_party(make_address("::ffff:192.0.2.1"), make_address("192.0.2.1")));
}

TEST(http_shares, are_as_the_operator_says_for_every_address) {
  const http_shares three{.all = 16, .of_address = 3};
  open_clients open;
  open.add("127.0.0.1", request, {}, 3);
  open.add("192.0.2.1", request, {}, 2);
  expect_closed(admit(open.list(), make_address("127.0.0.1"), three), 0);
  EXPECT_FALSE(admit(open.list(), make_address("192.0.2.1"), three).closed);
}

TEST(http_shares, are_one_connection_at_least) {
  const http_shares one{.all = 1};
  EXPECT_FALSE(admit(open_clients{}.list(), make_address("192.0.2.1"), one).closed);
  EXPECT_EQ(one.of_key(), 1U);
}

TEST(http_shares, when_all_are_taken_close_who_is_idle_or_has_not_signed) {
  open_clients open;
  open.add("192.0.2.1", request, "AKIDONE", 8);
  open.add("192.0.2.2", work, {}, 2);
  open.add("192.0.2.3", request, {}, 2);
  open.add("192.0.2.4", request, {}, 2);
  open.add("192.0.2.5", work, "AKIDTWO", 2);
  expect_closed(admit(open.list(), make_address("192.0.2.9"), sixteen), 10);
  open_clients with_an_idle_one;
  with_an_idle_one.add("192.0.2.1", request, "AKIDONE", 8);
  with_an_idle_one.add("192.0.2.1", idle, "AKIDONE");
  with_an_idle_one.add("192.0.2.3", request, {}, 7);
  expect_closed(admit(with_an_idle_one.list(), make_address("192.0.2.9"), sixteen), 8);

  open_clients busy;
  busy.add("192.0.2.1", request, "AKIDONE", 16);
  EXPECT_FALSE(admit(busy.list(), make_address("192.0.2.9"), sixteen).granted);
}

TEST(http_shares, let_a_key_have_a_quarter) {
  open_clients open;
  open.add("192.0.2.1", request, "AKIDONE", 2);
  open.add("192.0.2.1", idle, "AKIDONE");
  open.add("192.0.2.1", work);
  EXPECT_FALSE(admit_signed(open.list(), 3, "AKIDONE", sixteen).closed);
  open.add("192.0.2.2", work, "AKIDONE");
  expect_closed(admit_signed(open.list(), 3, "AKIDONE", sixteen), 0);
  EXPECT_FALSE(admit_signed(open.list(), 3, "AKIDTWO", sixteen).closed);
  EXPECT_FALSE(admit_signed(open.list(), 4, "AKIDONE", sixteen).closed);  // it counts already

  open_clients busy;
  busy.add("192.0.2.1", work, "AKIDONE", 4);
  busy.add("192.0.2.1", work);
  EXPECT_FALSE(admit_signed(busy.list(), 4, "AKIDONE", sixteen).granted);
}

}  // namespace
}  // namespace easydkim
