// SPDX-License-Identifier: Apache-2.0
// Whom a look is left to when a domain's own servers do not answer: is it the domain, or is port 53 closed?
#include "resolver/zones/authoritative_dns.hpp"

#include <gtest/gtest.h>

#include "tests/support/strangers.hpp"

namespace easydkim::tests {
namespace {

using namespace std::chrono_literals;
using enum zone_look::next;

time_point wall() {
  return std::chrono::floor<duration>(std::chrono::system_clock::now());
}

const std::string of_domain = R"(
  example.test NS ns1.host.test
  ns1.host.test A $ns1
)";
const std::string of_root = R"(
  . NS a.root.test
  . NS b.root.test
  a.root.test A $a
  b.root.test A $b
)";

class AuthoritativeDns : public testing::Test {
 protected:
  authoritative_dns& dns() {
    if (!dns_)
      dns_.emplace(world_.io,
                   authoritative_dns::options{.servers = {address_of(world_.resolver_server())},
                                              .to_resolver = {.timeout = 200ms},
                                              .to_strangers = {.timeout = 200ms},
                                              .courtesy = courtesy_,
                                              .allow_private = allow_private_},
                   authoritative_dns::hooks{.now = wall,
                                            .random = fill_random,
                                            .registrable = [](std::string_view) { return "example.test"; },
                                            .resolver_was_asked = [](bool) {},
                                            .resolver_answers = [this] { return resolver_answers_; }});
    return *dns_;
  }
  zone_look look() {
    look_order order;
    order.label = token;
    order.domain = "example.test";
    order.suffix = suffix;
    return world_.run(dns().look(std::move(order)));
  }
  /// Says nothing but what the root is: the search for a domain, which comes past it, learns nothing.
  void serve_root_alone(const std::string& server) {
    const scripted_records root = scripted_records::parse(scripted_records::role::authority, ". SOA 1");
    world_.act(server, [root](const dns_query& query) {
      return query.name.empty() ? root.behaviour()(query) : std::vector<dns_action>{};
    });
  }
  std::vector<dns_query> asked_for_the_root() {
    std::vector<dns_query> asked;
    for (const char* each : {"a", "b"})
      for (const dns_query& query : world_.server(each).queries())
        if (query.name.empty()) asked.push_back(query);
    return asked;
  }
  /// What the parent zone, and the resolver, know of the domain, and the resolver `more`.
  void delegate(const std::string& more = "") {
    world_.serve_parent("test", 1, of_domain);
    world_.resolve(of_domain + more);
  }
  void serve_domain() { world_.serve("ns1", "example.test SOA 1\nexample.test NS ns1.host.test"); }
  /// The servers of the domain, and those of the zone above.
  void silence_all_below_the_root() {
    for (const char* each : {"ns1", "parent1"}) world_.mode(each, "silence");
  }

  strangers world_;
  server_courtesy::options courtesy_{.queries_per_second = 0};
  bool allow_private_ = true;
  bool resolver_answers_ = true;
  std::optional<authoritative_dns> dns_;
};

TEST_F(AuthoritativeDns, FindsThePortOpenWithTheFirstAnswer) {
  delegate();
  serve_domain();
  const zone_look got = look();
  EXPECT_EQ(got.what, judge);
  EXPECT_EQ(got.look.seen.kind, finding_kind::absent);
  EXPECT_EQ(dns().port(), port_53::state::open);
}

TEST_F(AuthoritativeDns, LeavesADeadDomainToItselfWhenTheRootAnswers) {
  delegate(of_root);
  silence_all_below_the_root();
  for (const char* each : {"a", "b"}) serve_root_alone(each);
  const zone_look got = look();
  EXPECT_EQ(got.what, judge);
  EXPECT_EQ(dns().port(), port_53::state::open);
  const std::vector<dns_query> asked = asked_for_the_root();
  ASSERT_EQ(asked.size(), 1U) << "one answer is enough";
  EXPECT_EQ(asked[0].type, type_soa);
  EXPECT_EQ(asked[0].message[2] & 0x01, 0) << "without recursion";
}

TEST_F(AuthoritativeDns, AsksAnotherServerOfTheRootWhenOneIsSilent) {
  delegate(of_root);
  silence_all_below_the_root();
  world_.mode("a", "silence");
  serve_root_alone("b");
  EXPECT_EQ(look().what, judge);
  EXPECT_EQ(dns().port(), port_53::state::open);
}

TEST_F(AuthoritativeDns, LeavesItToTheResolverWhenTheRootIsSilentToo) {
  delegate(of_root);
  silence_all_below_the_root();
  for (const char* each : {"a", "b"}) world_.mode(each, "silence");
  EXPECT_EQ(look().what, ask_resolver);
  EXPECT_EQ(dns().port(), port_53::state::blocked);

  const std::size_t asked = world_.server("ns1").count();
  EXPECT_EQ(look().what, ask_resolver);
  EXPECT_EQ(world_.server("ns1").count(), asked) << "nobody is asked in vain";
}

TEST_F(AuthoritativeDns, LeavesItToTheResolverAtOnceInASmallWorldWithoutARoot) {
  delegate();
  silence_all_below_the_root();
  EXPECT_EQ(look().what, ask_resolver);
  EXPECT_EQ(dns().port(), port_53::state::blocked);
}

TEST_F(AuthoritativeDns, BlamesNoPortWhileTheResolverIsSilentAsWell) {
  delegate(of_root);
  silence_all_below_the_root();
  for (const char* each : {"a", "b"}) world_.mode(each, "silence");
  resolver_answers_ = false;
  EXPECT_EQ(look().what, judge);
  EXPECT_EQ(dns().port(), port_53::state::unknown);
}

TEST_F(AuthoritativeDns, BlamesNoPortWhenTheResolverDoesNotSayWhoServesTheRoot) {
  delegate();
  const scripted_records known =
      scripted_records::parse(scripted_records::role::resolver, world_.filled(of_domain));
  world_.resolver_server().behave([known](const dns_query& query) {
    if (query.name.empty()) return std::vector<dns_action>{};
    return known.behaviour()(query);
  });
  silence_all_below_the_root();
  EXPECT_EQ(look().what, judge);
  EXPECT_EQ(dns().port(), port_53::state::unknown);
}

/// Answers as a resolver would: from what it knows, without authority.
dns_behaviour as_a_resolver(const std::string& records) {
  return scripted_records::parse(scripted_records::role::resolver, records).behaviour();
}

TEST_F(AuthoritativeDns, LeavesItToTheResolverWhenSomebodyElseAnswersForEverybodyAndForTheRoot) {
  const std::string all = "test NS ns.test\nns.test A $top\n" + of_domain + of_root;
  world_.resolve(all);
  for (const char* each : {"ns1", "top", "a", "b"}) world_.act(each, as_a_resolver(world_.filled(all)));
  world_.run(dns().view(steady_now()).find_from_above("example.test"));  // so that servers of two zones are asked
  EXPECT_EQ(look().what, ask_resolver);
  EXPECT_EQ(dns().port(), port_53::state::diverted);
  EXPECT_TRUE(dns().port_leads_nowhere());
}

TEST_F(AuthoritativeDns, LeavesLameServersToThemselvesWhenTheRootAnswersWithAuthority) {
  const std::string all = "test NS ns.test\nns.test A $top\n" + of_domain + of_root;
  world_.resolve(all);
  for (const char* each : {"ns1", "top"}) world_.act(each, as_a_resolver(world_.filled(all)));
  for (const char* each : {"a", "b"}) serve_root_alone(each);
  world_.run(dns().view(steady_now()).find_from_above("example.test"));
  EXPECT_EQ(look().what, judge);
  EXPECT_EQ(dns().port(), port_53::state::open);
}

TEST_F(AuthoritativeDns, WaitsOnceInADiagnosisForAServerThatIsSilent) {
  const std::string both = of_domain + "example.test NS ns2.host.test\nns2.host.test A $ns2\n";
  world_.serve_parent("test", 1, both);
  world_.resolve(both);
  world_.serve("ns1", "example.test SOA 1\nexample.test NS ns1.host.test\nexample.test NS ns2.host.test");
  world_.mode("ns2", "silence");
  const dns_view view = dns().view(steady_now());
  const zone_search found = world_.run(view.find_zone("example.test"));
  ASSERT_EQ(found.what, zone_search::outcome::found);
  const std::size_t tries = world_.server("ns2").count();
  EXPECT_LE(tries, 2U) << "in mixed and in small letters";
  for (const rr_type type : {rr_type::soa, rr_type::ns, rr_type::txt}) {
    const auto answers = world_.run(view.ask_servers(found.where, "example.test", type));
    ASSERT_EQ(answers.size(), 2U);
    EXPECT_TRUE(answers[0].was_asked());
    EXPECT_FALSE(answers[1].was_asked());
    EXPECT_TRUE(answers[1].is_resting) << "and not busy";
    EXPECT_EQ(answers[1].last_failure, "TIMEOUT");
  }
  EXPECT_EQ(world_.server("ns2").count(), tries);
  // Somebody else's waiting is no reason to leave it alone
  const dns_view another = dns().view(steady_now() + std::chrono::milliseconds{1});
  world_.run(another.ask_servers(found.where, "example.test", rr_type::soa));
  EXPECT_GT(world_.server("ns2").count(), tries);
}

TEST_F(AuthoritativeDns, PutsALookOffWhileTheServersAreBusy) {
  delegate();
  serve_domain();
  courtesy_ = {.queries_per_second = 0.1};
  zone_look got = look();
  for (int i = 0; i < server_courtesy::most_burst && got.what == judge; ++i) got = look();
  ASSERT_EQ(got.what, later);
  ASSERT_TRUE(got.ready_at);
  EXPECT_GT(*got.ready_at, wall());
  EXPECT_LE(*got.ready_at, wall() + 10s);
}

TEST_F(AuthoritativeDns, CountsServersThatMayNotBeAskedAsMissing) {
  allow_private_ = false;
  delegate();
  serve_domain();
  const zone_look got = look();
  EXPECT_EQ(got.what, judge) << "a resolver could be led by any one of them";
  EXPECT_EQ(got.look.seen.kind, finding_kind::no_answer);
  EXPECT_EQ(world_.server("ns1").count(), 0U);
  EXPECT_EQ(dns().port(), port_53::state::unknown);
}

TEST_F(AuthoritativeDns, BelievesTheParentThatADomainDoesNotExist) {
  world_.resolve("test NS ns.test\nns.test A $top");
  world_.serve("top", "test SOA 1\ntest NS ns.test");
  const zone_look got = look();
  EXPECT_EQ(got.what, judge);
  EXPECT_EQ(got.look.searched.what, zone_search::outcome::no_such_domain);
}

}  // namespace
}  // namespace easydkim::tests
