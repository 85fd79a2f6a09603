// SPDX-License-Identifier: Apache-2.0
#include "resolver/recursive/confirmation_health.hpp"

#include <gtest/gtest.h>

namespace easydkim {
namespace {

using namespace std::chrono_literals;
using trial = confirmation_health::trial;

constexpr steady_time start{1000h};

server_address server(unsigned number) {
  return {boost::asio::ip::address_v4{0xC0000200U + number}};
}

/// Tries the servers: each true answers over TCP.
void try_servers(confirmation_health& health, std::vector<trial> all, std::size_t quorum = 1,
                 steady_time now = start) {
  ASSERT_TRUE(health.wants_trial(now));
  health.tried(all, quorum, now);
}

TEST(ConfirmationHealth, IsTriedOnceAtTheStart) {
  confirmation_health health;
  EXPECT_TRUE(health.wants_trial(start));
  EXPECT_FALSE(health.wants_trial(start)) << "it is under way";
  health.tried(std::vector<trial>{{server(1), true, false}}, 1, start);
  EXPECT_FALSE(health.wants_trial(start + 1h));
  EXPECT_FALSE(health.without_tcp());
  EXPECT_FALSE(health.dead());
}

TEST(ConfirmationHealth, NamesTheServerThatAnswersOverUdpOnly) {
  confirmation_health health;
  try_servers(health, {{server(1), false, true}});
  EXPECT_EQ(health.without_tcp(), "192.0.2.1:53");
  EXPECT_FALSE(health.dead());
}

TEST(ConfirmationHealth, NamesTheServersThatAnswerNothing) {
  confirmation_health health;
  try_servers(health, {{server(1), false, false}, {server(2), false, false}, {server(3), false, true}}, 2);
  EXPECT_EQ(health.dead(), "192.0.2.1:53 and 192.0.2.2:53");
  EXPECT_EQ(health.without_tcp(), "192.0.2.3:53");
}

TEST(ConfirmationHealth, IsWellAsLongAsEnoughAnswerOverTcp) {
  confirmation_health health;
  try_servers(health, {{server(1), true, false}, {server(2), false, false}, {server(3), true, false}}, 2);
  EXPECT_FALSE(health.dead());
  confirmation_health another;
  try_servers(another, {{server(1), true, false}, {server(2), false, false}}, 2);
  EXPECT_TRUE(another.dead());
}

TEST(ConfirmationHealth, IsSuspectedAfterConfirmationsInARowWithoutAReply) {
  confirmation_health health;
  try_servers(health, {{server(1), true, false}});
  const steady_time later = start + 1h;
  health.silent();
  health.silent();
  health.answered();
  health.silent();
  health.silent();
  EXPECT_FALSE(health.wants_trial(later));
  health.silent();
  EXPECT_TRUE(health.wants_trial(later));
  health.tried(std::vector<trial>{{server(1), true, false}}, 1, later);
  EXPECT_FALSE(health.wants_trial(later + 1h)) << "it was the domain's doing";
}

TEST(ConfirmationHealth, IsTriedAgainUntilEnoughAnswer) {
  confirmation_health health;
  try_servers(health, {{server(1), false, true}});
  EXPECT_FALSE(health.wants_trial(start + 4s));
  EXPECT_TRUE(health.wants_trial(start + 5s));
  health.tried(std::vector<trial>{{server(1), true, false}}, 1, start + 5s);
  EXPECT_FALSE(health.without_tcp());
  EXPECT_FALSE(health.wants_trial(start + 1h));
}

TEST(ConfirmationHealth, IsTriedWhenOtherServersAreToConfirm) {
  confirmation_health health;
  try_servers(health, {{server(1), true, false}});
  health.servers_changed();
  EXPECT_TRUE(health.wants_trial(start + 1h));
}

TEST(ConfirmationHealth, SaysNothingWhereNobodyIsToConfirm) {
  confirmation_health health;
  try_servers(health, {});
  EXPECT_FALSE(health.dead());
  EXPECT_FALSE(health.without_tcp());
}

}  // namespace
}  // namespace easydkim
