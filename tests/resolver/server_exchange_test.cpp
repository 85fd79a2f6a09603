#include "resolver/server_exchange.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <optional>

#include "tests/resolver/asking.hpp"

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
    while (!got && std::chrono::steady_clock::now() < end) io_.run_one_for(std::chrono::milliseconds{100});
    return got.value();
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

}  // namespace
}  // namespace easydkim::tests
