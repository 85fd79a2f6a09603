// SPDX-License-Identifier: Apache-2.0
// What courtesy makes of a question to a server that is not ours; the network is a function.
#include "resolver/servers/courteous_exchange.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

namespace easydkim::tests {
namespace {

using namespace std::chrono_literals;

const server_address server{boost::asio::ip::make_address("192.0.2.1")};
const steady_time now{1h};

/// One question, to which `reply` comes.
class CourteousExchange : public testing::Test {
 protected:
  std::optional<server_reply> ask(asking_manner manner = {}) {
    courteous_exchange strangers{
        [this](server_question) -> boost::asio::awaitable<server_reply> { co_return reply; },
        courtesy,
        {.answered = [this] { ++answers; },
         .silent = [this](const server_address&) { ++silences; },
         .now = [] { return now; }}};
    std::optional<server_reply> got;
    boost::asio::io_context io;
    boost::asio::co_spawn(
        io,
        strangers.ask({.server = server, .name = "example.com", .type = rr_type::soa}, "example.com", manner),
        [&](std::exception_ptr, std::optional<server_reply> came) { got = std::move(came); });
    io.run();
    return got;
  }
  /// How many questions the rate of the server has been charged with.
  long charged() {
    const auto at = courtesy.may_ask(server, "example.com", now);
    return at ? (*at - now) / 1s : 0;
  }
  void answer() {
    reply.what = server_reply::outcome::arrived;
    reply.content.emplace().authoritative = true;
  }

  server_courtesy courtesy{{.queries_per_second = 1}};
  server_reply reply{};
  int answers = 0, silences = 0;
};

TEST_F(CourteousExchange, ChargesAnAnsweredQuestionOnce) {
  answer();
  EXPECT_TRUE(ask());
  EXPECT_EQ(charged(), 1);
  EXPECT_EQ(answers, 1);
}

TEST_F(CourteousExchange, AsksAServerThatIsSilentOnceInACheckAndAgainInTheNext) {
  courtesy = server_courtesy{{.queries_per_second = 0}};
  reply.what = server_reply::outcome::timed_out;
  asking_manner check{.also_at_rest = true, .began = now};
  EXPECT_TRUE(ask(check));
  EXPECT_FALSE(ask(check)) << "it was silent in this check";
  check.began = now + 1ms;
  EXPECT_TRUE(ask(check));
  EXPECT_TRUE(courtesy.rests(server, "example.com", now));
  EXPECT_TRUE(ask(check)) << "somebody else's question was silent before this check";
  answer();
  EXPECT_TRUE(ask(check));
  check.began = now;
  EXPECT_TRUE(ask(check)) << "it has answered since";
}

TEST_F(CourteousExchange, LeavesAloneInADiagnosisWhoWasSilentInItsCheck) {
  courtesy = server_courtesy{{.queries_per_second = 0}};
  reply.what = server_reply::outcome::timed_out;
  EXPECT_TRUE(ask({.also_at_rest = true, .began = now}));
  EXPECT_FALSE(ask({.began = now})) << "one silence is no rest, and yet nobody waits for it again";
  EXPECT_TRUE(ask({.began = now + 1ms}));
}

TEST_F(CourteousExchange, ChargesBothTriesOfLetterCaseAndCountsOneSilence) {
  reply.what = server_reply::outcome::timed_out;
  EXPECT_TRUE(ask());
  EXPECT_EQ(charged(), 2);
  EXPECT_EQ(silences, 1);
  EXPECT_FALSE(courtesy.rests(server, "example.com", now)) << "one silence is no rest";
}

TEST_F(CourteousExchange, ChargesAnAnswerInSmallLettersForBothTries) {
  answer();
  reply.asked_in = question_manner::letters::small;
  EXPECT_TRUE(ask());
  EXPECT_EQ(charged(), 2);
  EXPECT_EQ(answers, 1);
}

TEST_F(CourteousExchange, SaysNothingOfAServerThatNobodyAskedForWantOfMemory) {
  reply.was_sent = false;
  EXPECT_FALSE(ask());
  EXPECT_EQ(answers + silences, 0);
}

}  // namespace
}  // namespace easydkim::tests
