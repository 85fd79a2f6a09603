// SPDX-License-Identifier: Apache-2.0
#include "resolver/transport/channel_pool.hpp"

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <set>

#include "tests/support/asking.hpp"

namespace easydkim {
namespace {

using namespace tests;
using namespace std::chrono_literals;
using transport = cares_channel::transport;
using source_ports = channel_pool::source_ports;

const server_address elsewhere{boost::asio::ip::make_address("192.0.2.53"), 53};

/// A pool, and questions that stay under way as long as the test wants, since nobody answers.
class ChannelPool : public testing::Test {
 protected:
  channel_pool& pool() {
    if (!pool_) pool_.emplace(io_, options_, after_events_);
    return *pool_;
  }

  /// Takes a channel and has a question under way in it.
  cares_channel* busy(const server_address& server, transport over = transport::udp) {
    cares_channel* const channel = pool().take(server, over);
    if (channel) {
      cares_channel::ticket& ticket = *tickets_.emplace_back(std::make_unique<cares_channel::ticket>());
      ticket.answered = [](cares_channel::ticket&, const cares_channel::reply&) {};
      channel->send(question_.bytes(), ticket);
    }
    return channel;
  }

  /// Runs until every question was given up.
  void wait_for_silence(const cares_channel& channel) {
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    while (channel.in_flight() > 0) {
      io_.restart();
      io_.run_for(5ms);
      pool().tick();
      ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "never given up";
    }
  }

  static constexpr std::array<std::uint8_t, dns_question::random_octets> no_random{};

  scripted_dns_server silent_{behaviour("silence", {})};
  server_address here_ = address_of(silent_);
  channel_pool::options options_{.timeout = 10s, .max_in_flight = 1000};
  boost::asio::io_context io_;
  const std::function<void()> after_events_ = [] {};
  dns_question question_{{token, "_domainkey", "example.com"}, rr_type::cname, no_random};
  std::vector<std::unique_ptr<cares_channel::ticket>> tickets_;
  std::optional<channel_pool> pool_;
};

TEST_F(ChannelPool, SpreadsQuestionsToAServerOnThisMachineOverTwoChannels) {
  std::map<cares_channel*, int> uses;
  for (int i = 0; i < 10; ++i) ++uses[busy(here_)];
  ASSERT_EQ(uses.size(), 2U);
  for (const auto& [channel, count] : uses) {
    EXPECT_EQ(count, 5);
    EXPECT_EQ(channel->in_flight(), 5U);
  }
}

TEST_F(ChannelPool, KeepsTcpAndUdpAndServersApart) {
  scripted_dns_server another{behaviour("silence", {})};
  std::set<cares_channel*> channels;
  for (const server_address& server : {here_, address_of(another)})
    for (const transport over : {transport::udp, transport::tcp}) {
      cares_channel* const taken = busy(server, over);
      EXPECT_EQ(taken->server(), server);
      EXPECT_TRUE(channels.insert(taken).second);
    }
}

TEST_F(ChannelPool, GivesEachQuestionAChannelOfItsOwnWhereThatIsAskedFor) {
  options_.ports = source_ports::fresh;
  std::set<cares_channel*> channels;
  for (int i = 0; i < 20; ++i) channels.insert(busy(here_));
  EXPECT_EQ(channels.size(), 20U);
  EXPECT_FALSE(channels.contains(nullptr));
}

TEST_F(ChannelPool, SharesNoPortForQuestionsToAnotherMachineOverUdp) {
  options_.max_in_flight = 0;  // so none may have a channel of its own
  EXPECT_NE(pool().take(here_, transport::udp), nullptr);
  EXPECT_EQ(pool().take(elsewhere, transport::udp), nullptr);
  EXPECT_NE(pool().take(elsewhere, transport::tcp), nullptr) << "a connection cannot be forged so easily";
}

TEST_F(ChannelPool, HasNoneFreeWhenAllThatMayBeAreTaken) {
  options_.max_in_flight = 3;
  options_.ports = source_ports::fresh;
  for (int i = 0; i < 3; ++i) EXPECT_NE(busy(here_), nullptr);
  EXPECT_EQ(busy(here_), nullptr);
}

TEST_F(ChannelPool, GivesAChannelAgainWhenItsQuestionHasEnded) {
  options_ = {.timeout = 20ms, .ports = source_ports::fresh, .max_in_flight = 1};
  cares_channel* const first = busy(here_);
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(busy(here_), nullptr);
  wait_for_silence(*first);
  scripted_dns_server another{behaviour("silence", {})};
  EXPECT_EQ(busy(address_of(another)), first) << "to another server, too";
  EXPECT_EQ(first->server(), address_of(another));
}

TEST_F(ChannelPool, RestsAWornChannelUntilItsSocketCanBeReplaced) {
  options_.timeout = 20ms;
  options_.questions_a_port = 4;
  for (int i = 0; i < 7; ++i) busy(here_);
  cares_channel* worn = nullptr;
  for (int i = 0; i < 2; ++i) {
    cares_channel* const taken = pool().take(here_, transport::udp);
    if (taken->is_worn()) worn = taken;
  }
  EXPECT_EQ(worn, nullptr) << "while one is not worn, that is taken";

  cares_channel* const last = busy(here_);
  EXPECT_TRUE(last->is_worn());
  cares_channel* const goes_on = busy(here_);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(busy(here_), goes_on) << "all are worn: one goes on, the other rests";

  wait_for_silence(*goes_on);
  pool().tidy({here_});
  EXPECT_FALSE(goes_on->is_worn());
}

TEST_F(ChannelPool, ForgetsServersThatAreNotAskedAnyMoreOnceTheyAreIdle) {
  options_.timeout = 20ms;
  cares_channel* const channel = busy(here_);
  pool().tidy({elsewhere});
  EXPECT_EQ(channel->in_flight(), 1U) << "still there while a question is under way";
  wait_for_silence(*channel);
  pool().tidy({elsewhere});
  EXPECT_EQ(pool().take(here_, transport::udp)->in_flight(), 0U);
}

}  // namespace
}  // namespace easydkim
