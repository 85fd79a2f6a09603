// SPDX-License-Identifier: Apache-2.0
#include "resolver/servers/server_courtesy.hpp"

#include <gtest/gtest.h>

namespace easydkim {
namespace {

using namespace std::chrono_literals;

const server_address server = *server_address::parse("192.0.2.1");
const server_address other = *server_address::parse("2001:db8::1");
constexpr steady_time start{1000h};
constexpr std::string_view zone = "example.com";

/// Asks and is answered `times` times at once.
void talk(server_courtesy& courtesy, int times, steady_time now = start) {
  for (int i = 0; i < times; ++i) {
    ASSERT_FALSE(courtesy.may_ask(server, zone, now)) << i;
    courtesy.asked(server, now);
    courtesy.answered(server);
  }
}

void be_silent(server_courtesy& courtesy, int times, steady_time now = start) {
  for (int i = 0; i < times; ++i) {
    courtesy.asked(server, now);
    courtesy.silent(server, now);
  }
}

TEST(ServerCourtesy, AllowsASmallBurstAndThenTheRate) {
  server_courtesy courtesy{{.queries_per_second = 5}};
  EXPECT_EQ(courtesy.burst(), 5);
  talk(courtesy, courtesy.burst());
  EXPECT_EQ(courtesy.may_ask(server, zone, start), start + 200ms);
  EXPECT_FALSE(courtesy.rests(server, zone, start)) << "it is busy, not ill";
  EXPECT_FALSE(courtesy.may_ask(other, zone, start)) << "others are not concerned";
  for (int i = 1; i <= 20; ++i) {
    const steady_time then = start + i * 200ms;
    talk(courtesy, 1, then);
    EXPECT_EQ(courtesy.may_ask(server, zone, then), then + 200ms) << i;
  }
  talk(courtesy, courtesy.burst(), start + 1h);
}

TEST(ServerCourtesy, PromisesEachAnotherTime) {
  server_courtesy courtesy{{.queries_per_second = 5}};
  EXPECT_EQ(courtesy.promise(server, start), start);
  EXPECT_EQ(courtesy.promise(server, start), start + 200ms);
  EXPECT_EQ(courtesy.promise(server, start), start + 400ms);
  EXPECT_EQ(courtesy.promise(other, start), start) << "others are not concerned";
  EXPECT_EQ(courtesy.promise(server, start + 1h), start + 1h) << "what is over is over";
  EXPECT_FALSE(courtesy.may_ask(server, zone, start)) << "a promise costs nothing";
}

TEST(ServerCourtesy, PromisesNothingThatIsFarAhead) {
  server_courtesy courtesy{{.queries_per_second = 5}};
  steady_time last{};
  for (int i = 0; i < 100'000; ++i) {
    const steady_time at = courtesy.promise(server, start);
    ASSERT_GE(at, start);
    ASSERT_LE(at, start + server_courtesy::longest_promise);
    last = std::max(last, at);
  }
  EXPECT_EQ(last, start + server_courtesy::longest_promise) << "all of the time is used";
}

TEST(ServerCourtesy, LetsNoMoreWaitThanItHasTimeFor) {
  server_courtesy courtesy{{.queries_per_second = 5}};
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(courtesy.may_wait(server, 2s));
  EXPECT_FALSE(courtesy.may_wait(server, 2s));
  EXPECT_TRUE(courtesy.may_wait(other, 2s));
  courtesy.has_waited(server);
  EXPECT_TRUE(courtesy.may_wait(server, 2s));
}

TEST(ServerCourtesy, LetsPeopleWaitThoughPollsTakeAllThePlaces) {
  server_courtesy courtesy{{.queries_per_second = 5}};
  while (courtesy.may_wait(server, 2s)) {
  }
  EXPECT_TRUE(courtesy.may_wait(server, 2s, urgency::person));
}

TEST(ServerCourtesy, LetsPeopleAskAheadOfTheRateForWhichPollsWait) {
  server_courtesy courtesy{{.queries_per_second = 5, .in_flight = 100}};
  talk(courtesy, courtesy.burst());
  for (int i = 0; i < courtesy.ahead_of_rate(); ++i) {
    EXPECT_FALSE(courtesy.may_ask(server, zone, start, urgency::person)) << i;
    courtesy.asked(server, start, urgency::person);
  }
  EXPECT_EQ(courtesy.may_ask(server, zone, start, urgency::person), start + 200ms);
  EXPECT_EQ(courtesy.may_ask(server, zone, start), start + 1s) << "one of five is for a poll";
}

TEST(ServerCourtesy, LetsNobodyGiveWayToPollsThatWaitForTheRate) {
  server_courtesy courtesy{{.queries_per_second = 5, .in_flight = 100}};
  talk(courtesy, courtesy.burst());
  ASSERT_TRUE(courtesy.may_wait(server, 10s, urgency::poll));
  ASSERT_TRUE(courtesy.may_wait(server, 10s, urgency::first_check));
  for (int i = 0; i < courtesy.ahead_of_rate(); ++i) {
    EXPECT_FALSE(courtesy.may_ask(server, zone, start, urgency::person)) << i;
    courtesy.asked(server, start, urgency::person);
  }
}

TEST(ServerCourtesy, LetsWhoWaitsGoBeforePollsInFourOfFiveQuestions) {
  server_courtesy courtesy{{.queries_per_second = 5, .in_flight = 100}};
  talk(courtesy, 1);
  ASSERT_TRUE(courtesy.may_wait(server, 10s, urgency::person));
  EXPECT_TRUE(courtesy.may_ask(server, zone, start + 999ms));
  EXPECT_TRUE(courtesy.may_ask(server, zone, start + 999ms, urgency::first_check));
  EXPECT_FALSE(courtesy.may_ask(server, zone, start + 999ms, urgency::person));
  EXPECT_FALSE(courtesy.may_ask(server, zone, start + 1s)) << "now it is the turn of a poll";
  courtesy.asked(server, start + 1s);
  EXPECT_TRUE(courtesy.may_ask(server, zone, start + 1s));
  courtesy.has_waited(server, urgency::person);
  EXPECT_FALSE(courtesy.may_ask(server, zone, start + 1s));
}

TEST(ServerCourtesy, KeepsTheRateThoughPeopleAskWithoutEnd) {
  server_courtesy courtesy{{.queries_per_second = 5, .in_flight = 100}};
  int people = 0, first_checks = 0, polls = 0;
  const auto ask = [&](urgency how, steady_time now, int& count) {
    ASSERT_TRUE(courtesy.may_wait(server, 1h, how));
    for (; !courtesy.may_ask(server, zone, now, how); ++count) {
      courtesy.asked(server, now, how);
      courtesy.answered(server);
    }
  };
  for (duration at = 0ms; at < 100s; at += 50ms) {
    ask(urgency::person, start + at, people);
    ask(urgency::first_check, start + at, first_checks);
    ask(urgency::poll, start + at, polls);
  }
  EXPECT_NEAR(first_checks, 100, 2) << "one of five";
  EXPECT_EQ(polls, 0) << "those who are more urgent wait all the time";
  EXPECT_NEAR(people + first_checks, 5 * 100 + courtesy.burst() + courtesy.ahead_of_rate(), 3);
}

TEST(ServerCourtesy, LetsOneWaitHoweverSlowItIs) {
  server_courtesy courtesy{{.queries_per_second = 0.1}};
  EXPECT_TRUE(courtesy.may_wait(server, 2s));
  EXPECT_FALSE(courtesy.may_wait(server, 2s));
}

TEST(ServerCourtesy, CanBeWithoutARate) {
  server_courtesy courtesy{{.queries_per_second = 0}};
  talk(courtesy, 1000);
}

TEST(ServerCourtesy, LetsOnlySoManyQuestionsBeUnderWay) {
  server_courtesy courtesy{{.in_flight = 2}};
  courtesy.asked(server, start);
  EXPECT_FALSE(courtesy.may_ask(server, zone, start));
  courtesy.asked(server, start);
  EXPECT_GT(courtesy.may_ask(server, zone, start), start);
  courtesy.answered(server);
  EXPECT_FALSE(courtesy.may_ask(server, zone, start));
}

TEST(ServerCourtesy, TakesOneSilenceForALostPacket) {
  server_courtesy courtesy{{}};
  be_silent(courtesy, 1);
  EXPECT_FALSE(courtesy.may_ask(server, zone, start));
}

TEST(ServerCourtesy, RestsTwiceAsLongAfterEachFurtherSilence) {
  server_courtesy courtesy{{.longest_silence = 60s}};
  be_silent(courtesy, 2);
  steady_time now = start;
  for (const duration rest : {5s, 10s, 20s, 40s, 60s, 60s, 60s}) {
    EXPECT_EQ(courtesy.may_ask(server, zone, now), now + rest);
    EXPECT_TRUE(courtesy.rests(server, zone, now + rest - 1ms));
    now += rest;
    EXPECT_FALSE(courtesy.may_ask(server, zone, now));
    be_silent(courtesy, 1, now);
  }
}

TEST(ServerCourtesy, CountsQuestionsThatWereUnderWayTogetherAsOneSilence) {
  server_courtesy courtesy{{.in_flight = 10}};
  for (int i = 0; i < 6; ++i) courtesy.asked(server, start);
  for (int i = 0; i < 6; ++i) courtesy.silent(server, start);
  EXPECT_EQ(courtesy.may_ask(server, zone, start), start + 5s);
}

TEST(ServerCourtesy, ForgivesAllSilenceForOneAnswer) {
  server_courtesy courtesy{{}};
  be_silent(courtesy, 2);
  courtesy.asked(server, start + 5s);
  courtesy.answered(server);
  EXPECT_FALSE(courtesy.may_ask(server, zone, start + 5s));
  be_silent(courtesy, 1, start + 5s);
  EXPECT_FALSE(courtesy.may_ask(server, zone, start + 5s));
}

TEST(ServerCourtesy, LeavesALameServerAloneForItsZoneOnly) {
  server_courtesy courtesy{{.lame_for = 15min}};
  courtesy.lame(server, zone, start);
  EXPECT_EQ(courtesy.may_ask(server, zone, start), start + 15min);
  EXPECT_TRUE(courtesy.rests(server, zone, start));
  EXPECT_FALSE(courtesy.may_ask(server, "example.org", start));
  EXPECT_FALSE(courtesy.may_ask(other, zone, start));
  EXPECT_FALSE(courtesy.may_ask(server, zone, start + 15min));
}

TEST(ServerCourtesy, TreatsAddressesApartSoThatNoFamilyBlocksTheOther) {
  server_courtesy courtesy{{}};
  courtesy.asked(other, start);
  courtesy.silent(other, start);
  courtesy.asked(other, start);
  courtesy.silent(other, start);
  EXPECT_TRUE(courtesy.may_ask(other, zone, start));
  EXPECT_FALSE(courtesy.may_ask(server, zone, start));
}

TEST(ServerCourtesy, RemembersNoMoreThanItMayAndForgetsTheLongestUnused) {
  server_courtesy courtesy{{.max_servers = 100}};
  be_silent(courtesy, 2);
  for (unsigned i = 0; i < 1000; ++i) {
    const server_address each{boost::asio::ip::address_v4{0xC0000300U + i}};
    courtesy.asked(each, start);
    courtesy.answered(each);
    courtesy.lame(each, zone, start);
    EXPECT_TRUE(courtesy.may_ask(server, zone, start)) << "used all the time";
    EXPECT_LE(courtesy.size(), 200U);
  }
  const server_address first{boost::asio::ip::address_v4{0xC0000300U}};
  EXPECT_FALSE(courtesy.may_ask(first, zone, start)) << "forgotten";
  courtesy.answered(first);
  EXPECT_FALSE(courtesy.may_ask(first, zone, start)) << "an answer to a forgotten question does no harm";
}

}  // namespace
}  // namespace easydkim
