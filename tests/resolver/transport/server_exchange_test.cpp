// SPDX-License-Identifier: Apache-2.0
#include "resolver/transport/server_exchange.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <optional>
#include <thread>

#include "tests/support/asking.hpp"

namespace easydkim::tests {
namespace {

namespace asio = boost::asio;

/// An exchange and its event loop.
class exchanging {
 public:
  explicit exchanging(server_exchange::options chosen = {.timeout = duration{100}}) : options_{chosen} {}

  server_reply ask(server_question what) {
    std::optional<server_reply> got;
    asio::co_spawn(io_, exchange_.ask(std::move(what)), [&](std::exception_ptr failed, server_reply reply) {
      if (failed) std::rethrow_exception(failed);
      got = std::move(reply);
    });
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{10};
    while (!got && std::chrono::steady_clock::now() < end) {
      io_.restart();  // it stops when nothing is under way
      io_.run_one_for(std::chrono::milliseconds{100});
    }
    return got.value();
  }

  /// Begins a question; the reply is put into `into` when it comes.
  void begin(server_question what, std::optional<server_reply>& into) {
    asio::co_spawn(io_, exchange_.ask(std::move(what)),
                   [&into](std::exception_ptr, server_reply reply) { into = std::move(reply); });
  }
  /// Runs until `enough`, and says how many events that took.
  template <class condition>
  std::size_t run_until(condition enough) {
    std::size_t events = 0;
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    while (!enough()) {
      io_.restart();
      events += io_.run_one_for(std::chrono::milliseconds{10});
      if (std::chrono::steady_clock::now() > end) throw std::runtime_error{"nothing happened"};
    }
    return events;
  }

  asio::io_context& io() { return io_; }
  server_exchange& exchange() { return exchange_; }

 private:
  server_exchange::options options_;
  asio::io_context io_;
  server_exchange exchange_{io_, options_, fill_random};
};

TEST(ServerExchange, BringsWhatAServerSays) {
  const scripted_dns_server server{behaviour("zone", published())};

  const server_reply got =
      exchanging{}.ask({.server = address_of(server), .name = owner, .type = rr_type::cname});

  ASSERT_TRUE(got.has_content());
  const auto records = got.content->answers(owner, rr_type::cname);
  ASSERT_EQ(records.size(), 1);
  EXPECT_EQ(records[0]->text, right_target);
}

TEST(ServerExchange, AsksAuthoritiesWithoutRecursion) {
  const scripted_dns_server server{behaviour("zone", published())};

  exchanging{}.ask(
      {.server = address_of(server), .name = owner, .type = rr_type::cname, .manner = of_authority});

  ASSERT_EQ(server.count(), 1);
  EXPECT_EQ(server.queries()[0].message[2] & 0x01, 0);
}

TEST(ServerExchange, SaysThatNobodyAnswered) {
  const scripted_dns_server server{behaviour("silence", published())};

  const server_reply got =
      exchanging{}.ask({.server = address_of(server), .name = owner, .type = rr_type::cname});

  EXPECT_EQ(got.what, server_reply::outcome::timed_out);
  EXPECT_FALSE(got.has_content());
}

TEST(ServerExchange, HasQuestionsWaitWhenTooManyAreUnderWay) {
  const scripted_dns_server server{behaviour("zone", published())};
  exchanging asker{{.timeout = duration{1000}, .max_in_flight = 2}};
  int answered = 0;
  for (int i = 0; i < 20; ++i)
    asio::co_spawn(
        asker.io(),
        asker.exchange().ask({.server = address_of(server), .name = owner, .type = rr_type::cname}),
        [&](std::exception_ptr, const server_reply& got) { answered += got.has_content(); });
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{10};
  while (answered < 20 && std::chrono::steady_clock::now() < end)
    asker.io().run_one_for(std::chrono::milliseconds{100});

  EXPECT_EQ(answered, 20);
  EXPECT_EQ(asker.exchange().in_flight(), 0);
}

TEST(ServerExchange, DropsThoseWhoWaitWhenItEnds) {
  const scripted_dns_server server{behaviour("silence", published())};
  const auto witness = std::make_shared<int>();
  {
    exchanging asker;
    asio::co_spawn(
        asker.io(),
        asker.exchange().ask({.server = address_of(server), .name = owner, .type = rr_type::cname}),
        [witness](std::exception_ptr, const server_reply&) {});
    asker.io().poll();
    EXPECT_GT(witness.use_count(), 1);
  }
  EXPECT_EQ(witness.use_count(), 1);
}

server_question of_server(const scripted_dns_server& server) {
  return {.server = address_of(server), .name = owner, .type = rr_type::cname, .manner = of_authority};
}

/// So patient that small letters have their time.
const server_exchange::options patient{.timeout = duration{600}};

bool is_small(const dns_query& query) {
  return query.name == lower(query.name);
}

/// Drops what has a great letter in it; answers by `mode` otherwise.
dns_behaviour small_only(std::string_view mode) {
  return [act = behaviour(mode, published())](const dns_query& query) {
    return is_small(query) ? act(query) : std::vector<dns_action>{};
  };
}

TEST(ServerExchange, AsksASilentAuthorityOnceMoreInSmallLettersAndAPositiveAnswerOverTcp) {
  const scripted_dns_server server{small_only("zone")};

  const server_reply got = exchanging{patient}.ask(of_server(server));

  ASSERT_TRUE(got.has_content());
  EXPECT_EQ(got.asked_in, question_manner::letters::small);
  EXPECT_EQ(got.over, cares_channel::transport::tcp) << "a forger would like to be believed here";
  const auto asked = server.queries();
  ASSERT_EQ(asked.size(), 3U);
  EXPECT_FALSE(is_small(asked[0]));
  EXPECT_TRUE(is_small(asked[1]) && !asked[1].over_tcp);
  EXPECT_TRUE(is_small(asked[2]) && asked[2].over_tcp);
}

TEST(ServerExchange, TakesADenialInSmallLettersAsItIs) {
  const scripted_dns_server server{small_only("nxdomain")};

  const server_reply got = exchanging{patient}.ask(of_server(server));

  ASSERT_TRUE(got.has_content());
  EXPECT_TRUE(got.content->says_no_such_name());
  EXPECT_EQ(server.count(), 2U);
}

TEST(ServerExchange, LetsAnAnswerInSmallLettersStandWhereNobodyListensOverTcp) {
  const scripted_dns_server server{[act = small_only("zone")](const dns_query& query) {
    if (query.over_tcp) return std::vector<dns_action>{{.message = {}, .how = dns_action::way::hang_up}};
    return act(query);
  }};
  exchanging asker{patient};

  const server_reply got = asker.ask(of_server(server));

  ASSERT_TRUE(got.has_content());
  EXPECT_EQ(got.over, cares_channel::transport::udp);
  const auto over_tcp = [&] { return std::ranges::count_if(server.queries(), &dns_query::over_tcp); };
  const auto before = over_tcp();
  EXPECT_TRUE(asker.ask(of_server(server)).has_content());
  EXPECT_EQ(over_tcp(), before) << "that is remembered";
}

TEST(ServerExchange, AsksAServerInSmallLettersFirstThatHasAnsweredNoOthers) {
  const scripted_dns_server server{small_only("nxdomain")};
  exchanging asker{patient};
  for (int i = 0; i < letter_habits::times_in_a_row; ++i) asker.ask(of_server(server));
  const std::size_t before = server.count();

  EXPECT_TRUE(asker.ask(of_server(server)).has_content());

  EXPECT_EQ(server.count(), before + 1);
  EXPECT_TRUE(is_small(server.queries().back()));
}

TEST(ServerExchange, AsksInBothWaysAgainWhenSmallLettersGetNoAnswer) {
  scripted_dns_server server{small_only("nxdomain")};
  exchanging asker{patient};
  for (int i = 0; i < letter_habits::times_in_a_row; ++i) asker.ask(of_server(server));
  server.behave(behaviour("silence", {}));
  EXPECT_FALSE(asker.ask(of_server(server)).has_content());
  server.behave(behaviour("nxdomain", {}));
  EXPECT_TRUE(asker.ask(of_server(server)).has_content());
  EXPECT_FALSE(is_small(server.queries().back()));
}

TEST(ServerExchange, CallsAnAuthoritySilentAfterBothTriesOfLetterCase) {
  const scripted_dns_server server{behaviour("silence", {})};

  const server_reply got = exchanging{patient}.ask(of_server(server));

  EXPECT_EQ(got.what, server_reply::outcome::timed_out);
  ASSERT_EQ(server.count(), 2U);
  EXPECT_FALSE(is_small(server.queries()[0]));
  EXPECT_TRUE(is_small(server.queries()[1]));
}

TEST(ServerExchange, PrefersTheAnswerInMixedLettersWhenItIsLate) {
  const scripted_dns_server server{[act = behaviour("zone", published())](const dns_query& query) {
    if (is_small(query)) return std::vector<dns_action>{};
    auto answer = act(query);
    answer.front().after = std::chrono::milliseconds{700};
    return answer;
  }};

  const server_reply got = exchanging{{.timeout = duration{1000}}}.ask(of_server(server));

  ASSERT_TRUE(got.has_content());
  EXPECT_EQ(got.asked_in, question_manner::letters::drawn);
}

TEST(ServerExchange, AsksInSmallLettersWhenTheyWereChangedAndNobodyListensOverTcp) {
  const scripted_dns_server server{behaviour("case_not_kept_no_tcp", published())};

  const server_reply got = exchanging{patient}.ask(of_server(server));

  ASSERT_TRUE(got.has_content());
  EXPECT_EQ(got.asked_in, question_manner::letters::small);
  EXPECT_TRUE(got.content->kept_case);
}

TEST(ServerExchange, BelievesNobodyWhoChangesEvenSmallLettersWithoutTcp) {
  const scripted_dns_server server{
      [act = behaviour("case_not_kept_no_tcp", published())](const dns_query& query) {
        std::vector<dns_action> answer = act(query);
        if (!query.over_tcp) answer.front().message[13] = 'A';  // the first letter of the question
        return answer;
      }};
  exchanging asker{patient};
  for (int i = 0; i < 2; ++i) EXPECT_FALSE(asker.ask(of_server(server)).has_content()) << i;
}

TEST(ServerExchange, BelievesAnAuthorityOverTcpThatChangesLettersEverywhere) {
  const scripted_dns_server server{behaviour("case_not_kept", published())};

  const server_reply got = exchanging{patient}.ask(of_server(server));

  ASSERT_TRUE(got.has_content());
  EXPECT_EQ(got.over, cares_channel::transport::tcp);
  EXPECT_FALSE(got.content->kept_case) << "which is told";
}

TEST(ServerExchange, AsksAResolverInMixedLettersOnly) {
  const scripted_dns_server server{small_only("zone")};

  const server_reply got =
      exchanging{}.ask({.server = address_of(server), .name = owner, .type = rr_type::cname});

  EXPECT_FALSE(got.has_content());
  EXPECT_EQ(server.count(), 1U);
}

TEST(ServerExchange, ReadsNothingOfAnAuthorityThatSaysMoreThanItMay) {
  const scripted_dns_server server{behaviour("large_tcp", published())};
  server_question question = of_server(server);

  const server_reply got = exchanging{}.ask(question);
  EXPECT_EQ(got.what, server_reply::outcome::unreadable);
  EXPECT_FALSE(got.has_content());
  EXPECT_TRUE(got.message.empty());

  question.manner = {};  // our own resolver may
  const server_reply of_resolver = exchanging{}.ask(question);
  EXPECT_TRUE(of_resolver.has_content());
  EXPECT_TRUE(of_resolver.message.empty()) << "but nobody reads its bytes again";
}

TEST(ServerExchange, CountsTheMemoryOfRepliesThatAreAlive) {
  const scripted_dns_server server{behaviour("zone", published())};
  exchanging asker;
  {
    const server_reply got = asker.ask(of_server(server));
    EXPECT_GE(asker.exchange().memory(), got.message.size());
  }
  EXPECT_EQ(asker.exchange().memory(), 0U);
}

TEST(ServerExchange, HasQuestionsWaitWhileTooMuchIsAlive) {
  const scripted_dns_server server{behaviour("zone", published())};
  exchanging asker{{.timeout = duration{10'000}, .most_octets = 1}};
  std::optional<server_reply> kept = asker.ask(of_server(server));
  std::optional<server_reply> next;
  asker.begin(of_server(server), next);
  asker.io().run_for(std::chrono::milliseconds{200});
  EXPECT_EQ(server.count(), 1U);

  kept.reset();
  asker.run_until([&] { return next.has_value(); });
  EXPECT_TRUE(next->has_content());
}

TEST(ServerExchange, EndsAQuestionThatWaitedForRoomInVainWithoutAskingAnybody) {
  const scripted_dns_server server{behaviour("zone", published())};
  exchanging asker{{.timeout = duration{100}, .most_octets = 1}};
  const server_reply kept = asker.ask(of_server(server));

  const server_reply got = asker.ask(of_server(server));

  EXPECT_FALSE(got.was_sent);
  EXPECT_FALSE(got.has_content());
  EXPECT_EQ(server.count(), 1U);
}

/// A name server over TCP that sends empty messages as fast as they are taken, and answers first if told to.
class streaming_server {
 public:
  explicit streaming_server(bool answers_first) {
    thread_ = std::thread{[this, answers_first] { serve(answers_first); }};
  }
  ~streaming_server() { thread_.join(); }
  streaming_server(const streaming_server&) = delete;
  streaming_server& operator=(const streaming_server&) = delete;

  server_address address() const { return {asio::ip::address_v4::loopback(), port_}; }
  /// Whoever asked has closed the connection.
  bool is_closed() const { return closed_; }

 private:
  void serve(bool answers_first) {
    boost::system::error_code error;
    asio::ip::tcp::socket peer = listening_.accept();
    std::array<std::uint8_t, 2> length{};
    asio::read(peer, asio::buffer(length), error);
    octets question(static_cast<std::size_t>(length[0] << 8 | length[1]));
    asio::read(peer, asio::buffer(question), error);
    if (answers_first) {
      const octets answer = published().answer(*dns_query::parse(question)).message();
      length = {static_cast<std::uint8_t>(answer.size() >> 8), static_cast<std::uint8_t>(answer.size())};
      asio::write(peer, asio::buffer(length), error);
      asio::write(peer, asio::buffer(answer), error);
    }
    const std::array<std::uint8_t, 14> nothing{0, 12};
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{30};
    while (!error && std::chrono::steady_clock::now() < end) asio::write(peer, asio::buffer(nothing), error);
    closed_ = static_cast<bool>(error);
  }

  asio::io_context io_;
  asio::ip::tcp::acceptor listening_{io_, {asio::ip::address_v4::loopback(), 0}};
  std::uint16_t port_ = listening_.local_endpoint().port();
  std::atomic<bool> closed_ = false;
  std::thread thread_;
};

constexpr std::size_t few_events = 60;  // one would be for each read of an endless stream

TEST(ServerExchange, ClosesTheConnectionToAServerOnceNothingIsAskedOfIt) {
  const streaming_server server{true};
  exchanging asker{{.timeout = duration{5000}}};

  const server_reply got = asker.ask({.server = server.address(),
                                      .name = owner,
                                      .type = rr_type::cname,
                                      .manner = of_authority,
                                      .over = cares_channel::transport::tcp});

  EXPECT_TRUE(got.has_content());
  EXPECT_LT(asker.run_until([&] { return server.is_closed(); }), few_events);
}

TEST(ServerExchange, ClosesAConnectionOnWhichMoreComesThanWasAskedFor) {
  const streaming_server server{false};
  exchanging asker{{.timeout = duration{15'000}}};
  std::optional<server_reply> got;
  asker.begin({.server = server.address(),
               .name = owner,
               .type = rr_type::cname,
               .manner = of_authority,
               .over = cares_channel::transport::tcp},
              got);

  EXPECT_LT(asker.run_until([&] { return server.is_closed(); }), few_events) << "long before it times out";
}

}  // namespace
}  // namespace easydkim::tests
