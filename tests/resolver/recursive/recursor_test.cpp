// SPDX-License-Identifier: Apache-2.0
#include "resolver/recursive/recursor.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <optional>

#include "tests/support/asking.hpp"

namespace easydkim::tests {
namespace {

class recursing {
 public:
  explicit recursing(std::vector<server_address> servers)
      : dns{exchange_, std::move(servers), {[this](bool answered) { told.push_back(answered); }}} {}

  server_reply ask() {
    std::optional<server_reply> got;
    boost::asio::co_spawn(io_, dns.ask(owner, rr_type::cname),
                          [&](std::exception_ptr failed, server_reply reply) {
                            if (failed) std::rethrow_exception(failed);
                            got = std::move(reply);
                          });
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    while (!got && std::chrono::steady_clock::now() < end) {
      io_.restart();
      io_.run_one_for(std::chrono::milliseconds{100});
    }
    return got.value();
  }

  std::vector<bool> told;

 private:
  boost::asio::io_context io_;
  server_exchange exchange_{io_, {.timeout = duration{500}}, fill_random};

 public:
  recursor dns;
};

TEST(Recursor, TakesTheNextServerWhenOneGivesNoAnswerAndStaysWithIt) {
  for (const char* ill : {"silence", "servfail", "refused"}) {
    const scripted_dns_server bad{behaviour(ill, {})};
    const scripted_dns_server good{behaviour("zone", published())};
    recursing client{{address_of(bad), address_of(good)}};

    EXPECT_EQ(client.ask().content.value().answers(owner, rr_type::cname).size(), 1U) << ill;
    const std::size_t before = bad.count();
    EXPECT_GE(before, 1U);
    EXPECT_TRUE(is_answer(client.ask()));
    EXPECT_EQ(bad.count(), before) << ill << ": the one that answered is asked first";
    EXPECT_EQ(good.count(), 2U);
    EXPECT_EQ(client.told, (std::vector<bool>{true, true}));
  }
}

TEST(Recursor, TakesADenialForAnAnswer) {
  const scripted_dns_server first{behaviour("nxdomain", {})};
  const scripted_dns_server second{behaviour("zone", published())};
  recursing client{{address_of(first), address_of(second)}};
  EXPECT_TRUE(client.ask().content.value().says_no_such_name());
  EXPECT_EQ(second.count(), 0U);
}

TEST(Recursor, SaysTheMostTellingOfWhatIsNoAnswer) {
  const scripted_dns_server first{behaviour("silence", {})};
  const scripted_dns_server second{behaviour("servfail", {})};
  recursing client{{address_of(first), address_of(second)}};
  EXPECT_EQ(client.ask().content.value().rcode, 2U);
  EXPECT_EQ(client.told, std::vector<bool>{false});
}

TEST(Recursor, AsksNobodyWithoutServersAndTheNewOnesAfterwards) {
  const scripted_dns_server good{behaviour("zone", published())};
  recursing client{{}};
  EXPECT_FALSE(client.ask().has_content());
  client.dns.set_servers({address_of(good)});
  EXPECT_TRUE(is_answer(client.ask()));
}

}  // namespace
}  // namespace easydkim::tests
