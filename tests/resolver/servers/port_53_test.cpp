// SPDX-License-Identifier: Apache-2.0
#include "resolver/servers/port_53.hpp"

#include <gtest/gtest.h>

namespace easydkim {
namespace {

using namespace std::chrono_literals;
using enum port_53::state;
using canary = port_53::canary;

constexpr steady_time start{1000h};

server_address server(unsigned number) {
  return {boost::asio::ip::address_v4{0xC0000200U + number}};
}

/// False when the root need not be asked.
bool poll_in_silence(port_53& port, unsigned number, steady_time now = start) {
  port.silent(server(number));
  return port.poll_was_silent(now);
}
void be_blocked(port_53& port) {
  EXPECT_TRUE(poll_in_silence(port, 1));
  port.canary_ended(canary::silent, start);
}

TEST(Port53, IsUnknownUntilSomebodyWasAsked) {
  port_53 port;
  EXPECT_EQ(port.now(), unknown);
  EXPECT_FALSE(port.poll_was_silent(start)) << "a zone without servers says nothing of the port";
  EXPECT_EQ(port.now(), unknown);
  EXPECT_TRUE(port.may_try(start));
}

TEST(Port53, IsOpenWithTheFirstAnswer) {
  port_53 port;
  port.answered();
  EXPECT_EQ(port.now(), open);
}

TEST(Port53, IsSuspectedAtOnceWhenNobodyEverAnsweredAndBlockedWhenTheRootDoesNotEither) {
  port_53 port;
  EXPECT_TRUE(poll_in_silence(port, 1));
  EXPECT_EQ(port.now(), unknown) << "perhaps it is the domain";
  port.canary_ended(canary::silent, start);
  EXPECT_EQ(port.now(), blocked);
}

TEST(Port53, IsOpenWhenTheRootAnswers) {
  port_53 port;
  EXPECT_TRUE(poll_in_silence(port, 1));
  port.canary_ended(canary::answered, start);
  EXPECT_EQ(port.now(), open);
}

TEST(Port53, IsNotBlockedBySilenceOfTheRootOnceSomebodyElseHasAnswered) {
  port_53 port;
  EXPECT_TRUE(poll_in_silence(port, 1));
  port.answered();
  port.canary_ended(canary::silent, start);
  EXPECT_EQ(port.now(), open);
}

TEST(Port53, StaysUnknownWhenTheRootCouldNotBeAskedAndIsSuspectedAgainLater) {
  port_53 port;
  EXPECT_TRUE(poll_in_silence(port, 1));
  port.canary_ended(canary::unknown, start);
  EXPECT_EQ(port.now(), unknown);
  EXPECT_FALSE(poll_in_silence(port, 1, start + 59s)) << "the root is asked seldom";
  EXPECT_TRUE(poll_in_silence(port, 1, start + 1min));
}

TEST(Port53, TakesOneServerOfAZoneForNoZone) {
  port_53 port;
  port.silent(server(1));
  EXPECT_EQ(port.now(), unknown) << "the others may answer";
}

TEST(Port53, IsNotSuspectedWhateverOneOrTwoServersDo) {
  port_53 port;
  port.answered();
  for (unsigned i = 0; i < 100; ++i) EXPECT_FALSE(poll_in_silence(port, i % 2));
  EXPECT_TRUE(poll_in_silence(port, 3));
}

TEST(Port53, IsSuspectedAfterManySilentPollsInARow) {
  port_53 port;
  port.answered();
  for (unsigned i = 1; i < port_53::silent_polls; ++i) EXPECT_FALSE(poll_in_silence(port, i));
  port.answered();
  for (unsigned i = 1; i < port_53::silent_polls; ++i)
    EXPECT_FALSE(poll_in_silence(port, i)) << "an answer between them counts for all";
  EXPECT_TRUE(poll_in_silence(port, 1));
  port.canary_ended(canary::silent, start);
  EXPECT_EQ(port.now(), blocked);
}

TEST(Port53, AsksTheRootSeldomHoweverManyDomainsAreDead) {
  port_53 port;
  int asked = 0;
  for (unsigned i = 0; i < 1000; ++i)
    if (poll_in_silence(port, i, start + i * 100ms)) {
      ++asked;
      port.canary_ended(canary::answered, start + i * 100ms);
    }
  EXPECT_EQ(asked, 2) << "in a hundred seconds";
  EXPECT_EQ(port.now(), open);
}

TEST(Port53, IsTriedOnceInAWhileWhenBlockedAndOpensWithAnAnswer) {
  port_53 port;
  be_blocked(port);
  EXPECT_FALSE(port.may_try(start + 9min));
  EXPECT_TRUE(port.may_try(start + 10min));
  EXPECT_FALSE(port.may_try(start + 10min)) << "only one";
  EXPECT_TRUE(port.may_try(start + 20min));
  EXPECT_TRUE(poll_in_silence(port, 2, start + 20min)) << "that one may be dead, and the port open by now";
  port.canary_ended(canary::answered, start + 20min);
  EXPECT_EQ(port.now(), open);
  EXPECT_TRUE(port.may_try(start + 20min));
}

TEST(Port53, HasAWordForEachState) {
  EXPECT_EQ(to_string(unknown), "unknown");
  EXPECT_EQ(to_string(open), "open");
  EXPECT_EQ(to_string(blocked), "blocked");
  EXPECT_EQ(to_string(diverted), "diverted");
}

TEST(Port53, IsDivertedWhenServersOfSeveralZonesAnswerAsResolversDoAndTheRootDoesToo) {
  port_53 port;
  port.answered_by_another(server(1), "com");
  EXPECT_FALSE(port.may_be_diverted(start));
  port.answered_by_another(server(2), "example.com");
  EXPECT_TRUE(port.may_be_diverted(start));
  EXPECT_EQ(port.now(), open) << "perhaps they are lame";
  port.canary_ended(canary::without_authority, start);
  EXPECT_EQ(port.now(), diverted);
  EXPECT_TRUE(port.leads_nowhere());
}

TEST(Port53, IsNotDivertedByOneZoneAloneHoweverManyServersItHas) {
  port_53 port;
  for (unsigned i = 0; i < 100; ++i) port.answered_by_another(server(i), "example.com");
  EXPECT_FALSE(port.may_be_diverted(start));
  for (unsigned i = 0; i < 100; ++i)
    port.answered_by_another(server(1), "d" + std::to_string(i) + ".example");
  port_53 one_server;
  for (unsigned i = 0; i < 10; ++i) one_server.answered_by_another(server(1), "d" + std::to_string(i));
  EXPECT_FALSE(one_server.may_be_diverted(start)) << "a parking server, perhaps";
}

TEST(Port53, IsNotDivertedWhenTheRootAnswersWithAuthority) {
  port_53 port;
  port.answered_by_another(server(1), "com");
  port.answered_by_another(server(2), "example.com");
  EXPECT_TRUE(port.may_be_diverted(start));
  port.canary_ended(canary::answered, start);
  EXPECT_EQ(port.now(), open);
  EXPECT_FALSE(port.may_be_diverted(start + 1h)) << "it has to be suspected anew";
}

TEST(Port53, IsNotDivertedWhileSomebodyAnswersWithAuthority) {
  port_53 port;
  port.answered_by_another(server(1), "com");
  port.answered_itself();
  port.answered_by_another(server(2), "example.com");
  EXPECT_FALSE(port.may_be_diverted(start));
  port.answered_by_another(server(1), "com");
  EXPECT_TRUE(port.may_be_diverted(start));
  port.answered_itself();
  port.canary_ended(canary::without_authority, start);
  EXPECT_EQ(port.now(), open) << "it was somebody while the root was asked";
}

TEST(Port53, IsTriedOnceInAWhileWhenDivertedAndOpensWhenSomebodyAnswersWithAuthority) {
  port_53 port;
  port.answered_by_another(server(1), "com");
  port.answered_by_another(server(2), "example.com");
  EXPECT_TRUE(port.may_be_diverted(start));
  port.canary_ended(canary::without_authority, start);
  EXPECT_FALSE(port.may_try(start + 9min));
  EXPECT_TRUE(port.may_try(start + 10min));
  port.answered_by_another(server(2), "example.com");
  EXPECT_EQ(port.now(), diverted);
  EXPECT_TRUE(port.may_be_diverted(start + 10min)) << "the root is asked, as that domain may be lame";
  port.canary_ended(canary::answered, start + 10min);
  EXPECT_EQ(port.now(), open);
}

TEST(Port53, IsNotJudgedByARootOfWhichTooFewServersAnswer) {
  port_53 port;
  port.answered_by_another(server(1), "com");
  port.answered_by_another(server(2), "example.com");
  EXPECT_TRUE(port.may_be_diverted(start));
  port.canary_ended(canary::unknown, start);
  EXPECT_EQ(port.now(), open);
  EXPECT_FALSE(port.may_be_diverted(start + 59s)) << "the root is asked seldom";
  EXPECT_TRUE(port.may_be_diverted(start + 1min));
}

}  // namespace
}  // namespace easydkim
