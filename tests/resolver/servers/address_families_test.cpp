// SPDX-License-Identifier: Apache-2.0
#include "resolver/servers/address_families.hpp"

#include <gtest/gtest.h>

#include "resolver/transport/route.hpp"

namespace easydkim {
namespace {

using namespace std::chrono_literals;
using enum address_family;

constexpr steady_time start{1000h};

server_address v4(unsigned network) {
  return {boost::asio::ip::address_v4{0x08000000U + (network << 16U)}};
}
server_address v6(unsigned network) {
  return *server_address::parse("2a00:" + std::to_string(1000 + network) + "::53");
}

TEST(AddressFamilies, CanBothBeAskedAtFirst) {
  address_families families;
  EXPECT_TRUE(families.can_ask(ipv4));
  EXPECT_TRUE(families.can_ask(ipv6));
  EXPECT_EQ(families.why_not(ipv6), std::nullopt);
}

TEST(AddressFamilies, CannotBeAskedWithoutARouteUntilThereIsOne) {
  address_families families;
  families.no_route(v6(1), start);
  EXPECT_FALSE(families.can_ask(ipv6));
  EXPECT_TRUE(families.can_ask(ipv4));
  EXPECT_EQ(families.unroutable(ipv6), v6(1));
  EXPECT_EQ(families.why_not(ipv6), "no route, says the kernel");
  EXPECT_FALSE(families.may_try(ipv6, start + 1h)) << "the kernel can be asked instead";
  families.has_route_again(ipv6);
  EXPECT_TRUE(families.can_ask(ipv6));
}

TEST(AddressFamilies, AreNotGivenUpForOneAddressWithoutRouteWhileOthersAnswer) {
  address_families families;
  families.answered(v6(1), start);
  families.no_route(v6(2), start + 59s);
  EXPECT_TRUE(families.can_ask(ipv6));
  families.no_route(v6(2), start + 60s);
  EXPECT_FALSE(families.can_ask(ipv6));
}

TEST(AddressFamilies, CannotBeAskedWhenNobodyEverAnsweredAndManyWereAskedWhileOthersDo) {
  address_families families;
  families.answered(v4(1), start);
  for (unsigned i = 0; i < address_families::silent_networks; ++i) {
    EXPECT_TRUE(families.can_ask(ipv6)) << i;
    families.silent(v6(i));
  }
  EXPECT_FALSE(families.can_ask(ipv6));
  EXPECT_TRUE(families.can_ask(ipv4));
  EXPECT_EQ(families.why_not(ipv6), "nobody in 8 networks answered");
}

TEST(AddressFamilies, AreNotGivenUpForTheSilenceOfOneNetwork) {
  address_families families;
  families.answered(v4(1), start);
  for (unsigned i = 0; i < 1000; ++i) families.silent(v6(1));
  EXPECT_TRUE(families.can_ask(ipv6));
}

TEST(AddressFamilies, AreNotGivenUpOnceSomebodyHasAnswered) {
  address_families families;
  families.answered(v4(1), start);
  families.answered(v6(1), start);
  for (unsigned i = 0; i < 1000; ++i) families.silent(v6(i));
  EXPECT_TRUE(families.can_ask(ipv6)) << "the servers may be dead";
}

TEST(AddressFamilies, AreNotGivenUpWhenNobodyAnswersAtAll) {
  address_families families;
  for (unsigned i = 0; i < 1000; ++i) families.silent(v6(i)), families.silent(v4(i % 100));
  EXPECT_TRUE(families.can_ask(ipv6)) << "that is the network, or port 53";
  EXPECT_TRUE(families.can_ask(ipv4));
}

TEST(AddressFamilies, AreTriedOnceAMinuteWhenNobodyAnsweredAndCanBeAskedWithAnAnswer) {
  address_families families;
  families.answered(v4(1), start);
  for (unsigned i = 0; i < address_families::silent_networks; ++i) families.silent(v6(i));
  EXPECT_TRUE(families.may_try(ipv6, start));
  EXPECT_FALSE(families.may_try(ipv6, start + 59s));
  EXPECT_TRUE(families.may_try(ipv6, start + 60s));
  families.answered(v6(3), start + 60s);
  EXPECT_TRUE(families.can_ask(ipv6));
}

TEST(AddressFamilies, HaveARouteWhenAQuestionCouldBeSent) {
  address_families families;
  families.no_route(v6(1), start);
  families.silent(v6(1));
  EXPECT_TRUE(families.can_ask(ipv6));
}

TEST(Route, LeadsToThisHost) {
  EXPECT_TRUE(has_route(*server_address::parse("127.0.0.1")));
}

}  // namespace
}  // namespace easydkim
