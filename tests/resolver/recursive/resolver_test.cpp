// SPDX-License-Identifier: Apache-2.0
// How the resolver asks: over which ports and servers, how many at once, and how it ends.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <string>

#include "resolver/recursive/lookup.hpp"
#include "tests/support/asking.hpp"

namespace easydkim {
namespace {

using namespace tests;
using namespace std::chrono_literals;
using enum finding_kind;
using enum finding_reason;
using source_ports = resolver_options::source_ports;

TEST(Resolver, AsksOverTcpWhenToldTo) {
  scripted_dns_server server{behaviour("zone", published())};
  asking client{{address_of(server)}};

  EXPECT_EQ(client.ask(lookup::transport::tcp), in_place());
  EXPECT_EQ(client.ask(lookup::transport::tcp), in_place());

  const auto seen = server.queries();
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_TRUE(std::ranges::all_of(seen, &dns_query::over_tcp));
  EXPECT_EQ(seen[0].source_port, seen[1].source_port) << "one connection serves both";
  for (const dns_query& each : seen)
    EXPECT_EQ(each.name, owner) << "in small letters, which nobody can forge";
}

TEST(Resolver, DrawsLetterCaseAnewForEachQuestion) {
  scripted_dns_server server{behaviour("zone", published())};
  asking client{{address_of(server)}};
  for (int i = 0; i < 8; ++i) EXPECT_EQ(client.ask(), in_place());

  std::set<std::string> spellings;
  std::set<std::uint16_t> ids;
  for (const dns_query& each : server.queries()) {
    EXPECT_EQ(lower(each.name), owner);
    spellings.insert(each.name);
    ids.insert(each.id);
  }
  EXPECT_EQ(spellings.size(), 8U);
  EXPECT_GE(ids.size(), 7U);
}

TEST(Resolver, AsksAgainOverTcpWhenTheLettersHaveChanged) {
  scripted_dns_server server{behaviour("case_not_kept_over_udp", published())};
  asking client{{address_of(server)}};
  EXPECT_EQ(client.ask(), in_place());

  const auto seen = server.queries();
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_FALSE(seen[0].over_tcp);
  EXPECT_TRUE(seen[1].over_tcp);
}

TEST(Resolver, EndsAtOnceWhereNobodyListens) {
  for (const auto ports : {source_ports::by_server, source_ports::fresh})
    for (const auto over : {lookup::transport::udp, lookup::transport::tcp}) {
      asking client{{nobody()}, 10s};
      client.options.ports = ports;
      EXPECT_EQ(client.ask(over), nothing_because(unreachable));
    }
}

TEST(Resolver, EndsWithoutAnyServer) {
  asking client{{}};
  EXPECT_EQ(client.ask(), nothing_because(unreachable));
  client.run_until([&] { return client.turns == 1; });
}

TEST(Resolver, IsUnreachableNotWrongWhenDescriptorsRunOut) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP()
      << "UndefinedBehaviorSanitizer's own check of vptr opens a pipe, and takes its failure for a finding";
#endif
  scripted_dns_server server{behaviour("zone", published())};
  asking client{{address_of(server)}};
  client.options.ports = source_ports::fresh;  // a socket for each question
  EXPECT_EQ(client.ask(), in_place());

  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  const rlimit none_left{.rlim_cur = 0, .rlim_max = before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none_left), 0);
  const finding without = client.ask();
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);

  EXPECT_EQ(without, nothing_because(unreachable));
  EXPECT_EQ(client.ask(), in_place());
}

TEST(Resolver, KeepsTheSocketThatManyShareWhileNothingIsAsked) {
  scripted_dns_server server{behaviour("zone", published())};
  asking client{{address_of(server)}};
  for (int i = 0; i < 20; ++i) EXPECT_EQ(client.ask(), in_place());
  std::set<std::uint16_t> ports;
  for (const dns_query& each : server.queries()) ports.insert(each.source_port);
  EXPECT_LE(ports.size(), 2U) << "of two channels";
}

TEST(Resolver, TriesASilentServerAsOftenAsToldTo) {
  scripted_dns_server server{behaviour("silence", {})};
  asking client{{address_of(server)}, 20ms};
  client.options.tries = 3;
  EXPECT_EQ(client.ask(), nothing_because(timeout));
  EXPECT_EQ(server.count(), 3U);
}

TEST(Resolver, AsksTheNextServerAfterOneThatGivesNoAnswer) {
  for (const char* mode : {"servfail", "refused", "silence", "referral", "case_not_kept_no_tcp"}) {
    scripted_dns_server ill{behaviour(mode, published())};
    scripted_dns_server well{behaviour("zone", published())};
    asking client{{address_of(ill), nobody(), address_of(well)}};
    EXPECT_EQ(client.ask(), in_place()) << mode;
    EXPECT_EQ(well.count(), 1U) << mode;
  }
}

TEST(Resolver, StaysWithTheServerThatAnswered) {
  scripted_dns_server ill{behaviour("servfail", {})};
  scripted_dns_server well{behaviour("zone", published())};
  asking client{{address_of(ill), address_of(well)}};
  for (int i = 0; i < 3; ++i) EXPECT_EQ(client.ask(), in_place());
  EXPECT_EQ(ill.count(), 1U);
  EXPECT_EQ(well.count(), 3U);

  ill.behave(behaviour("nxdomain", {}));
  well.behave(behaviour("servfail", {}));
  for (int i = 0; i < 2; ++i) EXPECT_EQ(client.ask(), (finding{absent, no_such_name, {}}));
  EXPECT_EQ(ill.count(), 3U);
  EXPECT_EQ(well.count(), 4U);
}

TEST(Resolver, AsksEachServerOnceAndTellsTheMostThatOneSaid) {
  scripted_dns_server first{behaviour("servfail", {})};
  scripted_dns_server second{behaviour("silence", {})};
  asking client{{address_of(first), address_of(second), nobody()}};
  EXPECT_EQ(client.ask(), nothing_because(servfail));
  EXPECT_EQ(first.count(), 1U);
  EXPECT_EQ(second.count(), 1U);
}

TEST(Resolver, GoesToNewServersAfterAChange) {
  scripted_dns_server before{behaviour("nxdomain", {})};
  scripted_dns_server after{behaviour("zone", published())};
  asking client{{address_of(before)}};
  EXPECT_EQ(client.ask().kind, absent);

  client.dns().set_servers({address_of(after)});
  EXPECT_EQ(client.ask(), in_place());
  EXPECT_EQ(before.count(), 1U);
}

TEST(Resolver, ThatWaitsForASilentServerGoesOnWithTheNewOnes) {
  scripted_dns_server before{behaviour("silence", {})};
  scripted_dns_server after{behaviour("zone", published())};
  for (const auto ports : {source_ports::by_server, source_ports::fresh}) {
    asking client{{address_of(before)}};
    client.options.ports = ports;
    bool ended = false;
    lookup request{.label = token,
                   .domain = "example.com",
                   .done = [](lookup& done) { *static_cast<bool*>(done.context) = true; },
                   .context = &ended};
    client.dns().start(request);
    client.dns().set_servers({address_of(after)});
    client.run_until([&] { return ended; });
    EXPECT_EQ(request.seen, in_place());
  }
}

TEST(Resolver, IsNotDoneNorTouchedOnceTheResolverIsGone) {
  scripted_dns_server server{behaviour("silence", {})};
  for (const auto ports : {source_ports::by_server, source_ports::fresh})
    for (const auto over : {lookup::transport::udp, lookup::transport::tcp}) {
      asking client{{address_of(server)}, 10s};
      client.options.ports = ports;
      client.options.max_in_flight = 100;
      const std::size_t before = server.count();
      {
        std::deque<lookup> pending;
        for (int i = 0; i < 100; ++i) {
          pending.push_back({.label = token, .domain = "example.com", .over = over, .done = [](lookup&) {
                               ADD_FAILURE() << "done after the end";
                             }});
          client.dns().start(pending.back());
        }
        client.run_until([&] { return server.count() == before + 100; });
      }
      client.drop_resolver();
      client.io.restart();
      client.io.poll();
    }
}

/// Keeps as many lookups in flight as allowed, started where they may be: in `turn_done`.
class flood {
 public:
  flood(asking& by, std::size_t how_many) : client_{by}, left_{how_many}, slots_(by.options.max_in_flight) {
    for (slot& each : slots_) {
      each.owner = this;
      free_.push_back(&each);
    }
    client_.turn_done = [this] { refill(); };
  }

  void run() {
    refill();
    client_.run_until([&] { return left_ == 0 && free_.size() == slots_.size(); });
  }

  std::size_t right = 0;
  std::size_t wrong = 0;

 private:
  struct slot {
    flood* owner;
    std::string label;
    lookup request{};
  };

  void refill() {
    while (left_ > 0 && !free_.empty()) {
      slot& next = *free_.back();
      free_.pop_back();
      next.label = "token" + std::to_string(left_--);
      next.request = lookup{.label = next.label,
                            .domain = "example.com",
                            .done =
                                [](lookup& done) {
                                  slot& ended = *static_cast<slot*>(done.context);
                                  (done.seen == in_place() ? ended.owner->right : ended.owner->wrong) += 1;
                                  ended.owner->free_.push_back(&ended);
                                },
                            .context = &next};
      client_.dns().start(next.request);
      EXPECT_LE(client_.dns().in_flight(), client_.options.max_in_flight);
    }
  }

  asking& client_;
  std::size_t left_;
  std::vector<slot> slots_;
  std::vector<slot*> free_;
};

/// Every label of example.com points to itself in the suffix.
dns_behaviour everything_published() {
  return [](const dns_query& query) -> std::vector<dns_action> {
    const std::string label = query.name.substr(0, query.name.find('.'));
    dns_reply reply{query};
    reply.answers = {cname_record(query.name, label + "." + std::string{suffix})};
    return {{.message = reply.message()}};
  };
}

TEST(Resolver, RunsTenThousandWithAThousandInFlight) {
  scripted_dns_server server{everything_published()};
  server.remember(scripted_dns_server::memory::count_only);
  asking client{{address_of(server)}, 2s};
  client.options.tries = 3;
  client.options.max_in_flight = 1000;

  flood all{client, 10'000};
  all.run();

  EXPECT_EQ(all.right, 10'000U);
  EXPECT_EQ(all.wrong, 0U);
  EXPECT_EQ(client.dns().lookups_total(), 10'000U);
  EXPECT_LT(client.turns, 10'000) << "answers that come together share a turn";
}

TEST(Resolver, UsesAPortOfItsOwnForEachQuestionWhereThatIsAskedFor) {
  scripted_dns_server server{everything_published()};
  asking client{{address_of(server)}, 2s};
  client.options.tries = 3;
  client.options.ports = source_ports::fresh;
  client.options.max_in_flight = 600;  // more than there are channels: some wait

  flood all{client, 2'000};
  all.run();

  EXPECT_EQ(all.right, 2'000U);
  std::set<std::uint16_t> ports;
  for (const dns_query& each : server.queries()) ports.insert(each.source_port);
  EXPECT_GT(ports.size(), 1'500U) << "the system gives a port twice now and then";
}

TEST(Resolver, ChangesTheSharedPortsNowAndThen) {
  scripted_dns_server server{everything_published()};
  asking client{{address_of(server)}, 2s};
  client.options.tries = 3;
  client.options.max_in_flight = 50;
  client.options.questions_a_port = 1'000;

  flood all{client, 10'000};
  all.run();

  EXPECT_EQ(all.right, 10'000U);
  std::map<std::uint16_t, std::size_t> uses;
  for (const dns_query& each : server.queries()) ++uses[each.source_port];
  EXPECT_GE(uses.size(), 8U);
  for (const auto& [port, count] : uses) EXPECT_LT(count, 1'500U) << port;
}

}  // namespace
}  // namespace easydkim
