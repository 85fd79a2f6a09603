#include "resolver/port_53.hpp"

#include <gtest/gtest.h>

namespace easydkim {
namespace {

using namespace std::chrono_literals;
using enum port_53::state;

constexpr steady_time start{1000h};

server_address server(unsigned number) {
  return {boost::asio::ip::address_v4{0xC0000200U + number}};
}

void poll_in_silence(port_53& port, unsigned number) {
  port.silent(server(number));
  port.poll_was_silent(start);
}

TEST(Port53, IsUnknownUntilSomebodyWasAsked) {
  port_53 port;
  EXPECT_EQ(port.now(), unknown);
  port.poll_was_silent(start);
  EXPECT_EQ(port.now(), unknown) << "a zone without servers says nothing of the port";
  EXPECT_TRUE(port.may_try(start));
}

TEST(Port53, IsOpenWithTheFirstAnswer) {
  port_53 port;
  port.answered();
  EXPECT_EQ(port.now(), open);
}

TEST(Port53, IsBlockedAtOnceWhenNobodyEverAnswered) {
  port_53 port;
  poll_in_silence(port, 1);
  EXPECT_EQ(port.now(), blocked);
}

TEST(Port53, TakesOneServerOfAZoneForNoZone) {
  port_53 port;
  port.silent(server(1));
  EXPECT_EQ(port.now(), unknown) << "the others may answer";
}

TEST(Port53, StaysOpenWhateverOneOrTwoServersDo) {
  port_53 port;
  port.answered();
  for (unsigned i = 0; i < 100; ++i) poll_in_silence(port, i % 2);
  EXPECT_EQ(port.now(), open);
  poll_in_silence(port, 3);
  EXPECT_EQ(port.now(), blocked);
}

TEST(Port53, IsBlockedAfterManySilentPollsInARow) {
  port_53 port;
  port.answered();
  for (unsigned i = 1; i < port_53::silent_polls; ++i) poll_in_silence(port, i);
  EXPECT_EQ(port.now(), open);
  port.answered();
  for (unsigned i = 1; i < port_53::silent_polls; ++i) poll_in_silence(port, i);
  EXPECT_EQ(port.now(), open) << "an answer between them counts for all";
  poll_in_silence(port, 1);
  EXPECT_EQ(port.now(), blocked);
}

TEST(Port53, IsTriedOnceInAWhileWhenBlockedAndOpensWithAnAnswer) {
  port_53 port;
  poll_in_silence(port, 1);
  EXPECT_FALSE(port.may_try(start + 9min));
  EXPECT_TRUE(port.may_try(start + 10min));
  EXPECT_FALSE(port.may_try(start + 10min)) << "only one";
  EXPECT_TRUE(port.may_try(start + 20min));
  port.answered();
  EXPECT_EQ(port.now(), open);
  EXPECT_TRUE(port.may_try(start + 20min));
}

TEST(Port53, HasAWordForEachState) {
  EXPECT_EQ(to_string(unknown), "unknown");
  EXPECT_EQ(to_string(open), "open");
  EXPECT_EQ(to_string(blocked), "blocked");
}

}  // namespace
}  // namespace easydkim
