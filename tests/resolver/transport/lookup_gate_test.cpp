// SPDX-License-Identifier: Apache-2.0
#include "resolver/transport/lookup_gate.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <exception>

namespace easydkim {
namespace {

using namespace std::chrono_literals;

constexpr time_point start{std::chrono::hours{500'000}};

/// Time passes when the test says so; the gate wakes by a timer of its own.
class LookupGate : public testing::Test {
 protected:
  void ask(const std::string& name) {
    boost::asio::co_spawn(io_, gate_.pass(name),
                          [this](const std::exception_ptr&, pace::taker) { ++asked_; });
    io_.restart();
    io_.poll();
  }
  int enter(pace::taker who, int times) {
    for (int i = 0; i < times; ++i) gate_.enter(who, [this] { ++started_; });
    return started_;
  }

  boost::asio::io_context io_{1};
  time_point now_ = start;
  lookup_gate gate_{io_, 100, [this] { return now_; }};
  int asked_ = 0, started_ = 0;
};

TEST_F(LookupGate, LetsPeopleWaitForTheirShareAndPollsNever) {
  EXPECT_EQ(enter(pace::taker::person, 20), 8);
  EXPECT_EQ(gate_.waiting(), 12U);
  EXPECT_EQ(enter(pace::taker::poll, 5), 13) << "their next check waits instead";
  now_ += 1s;
  io_.run_for(100ms);
  EXPECT_EQ(started_, 21);
}

TEST_F(LookupGate, KeepsTheRateWhateverPeopleAskFor) {
  enter(pace::taker::person, 10'000);
  for (int i = 0; i < 100; ++i) {
    now_ += 10ms;
    while (gate_.take(pace::taker::poll)) ++started_;
  }
  EXPECT_LE(started_, 110);
  EXPECT_GE(started_, 90);
}

TEST_F(LookupGate, WeighsAQuestionByTheDomainThatSomebodyWaitsFor) {
  const auto interest = gate_.looks_for("example.com", urgency::person);
  for (int i = 0; i < 20; ++i) ask("token._domainkey.example.com");
  EXPECT_EQ(asked_, 8);
  for (int i = 0; i < 20; ++i) ask("token._domainkey.example.net");
  EXPECT_EQ(asked_, 28);
  EXPECT_FALSE(gate_.take(pace::taker::poll)) << "which polls owe";
}

TEST_F(LookupGate, TakesNoSecondPermitForWhatWasPaid) {
  while (gate_.take(pace::taker::poll)) ++started_;
  EXPECT_EQ(started_, 10);
  gate_.prepay(pace::taker::poll);
  ask("example.com");
  now_ += 10ms;
  EXPECT_TRUE(gate_.take(pace::taker::poll));
}

TEST_F(LookupGate, LetsThoseGoOnWhoHaveBegunBeforeNewChecksBegin) {
  enter(pace::taker::person, 9);
  now_ += 10ms;
  EXPECT_FALSE(gate_.take(pace::taker::person));
  EXPECT_EQ(started_, 8);
  now_ += 100ms;
  EXPECT_TRUE(gate_.take(pace::taker::person));
  EXPECT_EQ(started_, 9);
}

}  // namespace
}  // namespace easydkim
