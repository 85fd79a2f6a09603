// SPDX-License-Identifier: Apache-2.0
// Who must agree before a domain is verified: servers that confirm, one that checks DNSSEC, and all of them
// on a name that nobody was given.
#include <gtest/gtest.h>

#include <array>
#include <mutex>

#include "tests/support/polling.hpp"

namespace easydkim {
namespace {

using namespace std::chrono_literals;
using tests::address_of;
using tests::behaviour;
using tests::dns_query;
using tests::scripted_dns_server;
using tests::wall;

/// The resolver has the records; what the three that are to confirm say differs.
class Confirmation : public tests::Polling {
 protected:
  Confirmation() {
    for (const scripted_dns_server& each : voices_) options_.confirm.servers.push_back(address_of(each));
    options_.confirm.quorum = 2;
    subject_ = add("example.com");
    publish(subject_);
  }

  void say(std::size_t voice, std::string_view mode) { voices_[voice].behave(behaviour(mode, zone_)); }
  void say(std::string_view first, std::string_view second, std::string_view third) {
    say(0, first);
    say(1, second);
    say(2, third);
  }
  void poll() {
    polling().schedule(subject_, proof::dkim, wall());
    run_until_checked(subject_);
  }
  dkim_status status() const { return stored_.at(subject_).dkim.status; }
  const finding& seen() const { return stored_.at(subject_).findings[0]; }

  /// As a zone with a DNAME or a wildcard that knows its asker: right for every name.
  static std::vector<tests::dns_action> answer_everything(const dns_query& query) {
    const std::string name = tests::lower(query.name);
    tests::dns_reply reply{query};
    reply.answers = {
        tests::cname_record(query.name, name.substr(0, name.find('.')) + "." + std::string{tests::suffix})};
    return {{.message = reply.message()}};
  }

  std::array<scripted_dns_server, 3> voices_{scripted_dns_server{behaviour("nxdomain", {})},
                                             scripted_dns_server{behaviour("nxdomain", {})},
                                             scripted_dns_server{behaviour("nxdomain", {})}};
  identity_id subject_ = 0;
};

const finding unconfirmed{finding_kind::found, finding_reason::unconfirmed, {}};
const finding late{finding_kind::found, finding_reason::not_visible, {}};

TEST_F(Confirmation, NeedsNoMoreThanAQuorumThatAgreesButHearsAll) {
  say("zone", "zone", "nxdomain");
  poll();
  EXPECT_EQ(status(), dkim_status::success);
  for (const scripted_dns_server& voice : voices_) {
    EXPECT_EQ(voice.count(), 4U) << "the three records, and a label that nobody was given";
    for (const dns_query& each : voice.queries()) EXPECT_TRUE(each.over_tcp);
  }
  for (const dns_query& each : server_.queries()) EXPECT_FALSE(each.over_tcp) << "the resolver has no voice";
}

TEST_F(Confirmation, WaitsForASilentOneOnceWhereItIsNotNeeded) {
  say("zone", "zone", "silence");
  poll();
  EXPECT_EQ(status(), dkim_status::success);
  EXPECT_LT(voices_[2].count(), 2U * 4U) << "not again for each record";
}

TEST_F(Confirmation, WaitsWhileOneSeesAnotherTargetWhoeverIsAskedFirst) {
  for (std::size_t odd : {0U, 1U, 2U}) {
    subject_ = add("d" + std::to_string(odd) + ".example");
    publish(subject_);
    say("zone", "zone", "zone");
    voices_[odd].behave([](const dns_query& query) -> std::vector<tests::dns_action> {
      tests::dns_reply reply{query};
      reply.answers = {tests::cname_record(query.name, "elsewhere.example.org")};
      return {{.message = reply.message()}};
    });
    poll();
    EXPECT_EQ(status(), dkim_status::pending) << odd;
    EXPECT_EQ(seen(), (finding{finding_kind::found, finding_reason::not_visible, "elsewhere.example.org"}))
        << odd;
  }
}

TEST_F(Confirmation, LetsAQuorumOverruleOneThatDoesNotHaveItYet) {
  say("nxdomain", "zone", "zone");
  poll();
  EXPECT_EQ(status(), dkim_status::success);
}

TEST_F(Confirmation, WaitsWhileAnswersDiffer) {
  say("zone", "nxdomain", "silence");
  poll();
  EXPECT_EQ(status(), dkim_status::pending);
  EXPECT_EQ(seen(), late);
}

TEST_F(Confirmation, WaitsWhileTooFewAnswer) {
  say("silence", "zone", "silence");
  poll();
  EXPECT_EQ(status(), dkim_status::pending);
  EXPECT_EQ(seen(), unconfirmed);
}

TEST_F(Confirmation, ThatDisagreesFailsNobodyAtTheEndOfTheWindow) {
  stored_.at(subject_).dkim.window_started_at -= options_.rules.window + 1h;
  say("zone", "nxdomain", "nxdomain");
  poll();
  EXPECT_EQ(status(), dkim_status::pending);
}

TEST_F(Confirmation, IsRefusedWhenAllOfThemDeny) {
  poll();
  EXPECT_EQ(status(), dkim_status::pending);
  EXPECT_EQ(seen(), (finding{finding_kind::absent, finding_reason::no_such_name, {}}));
}

TEST_F(Confirmation, TakesTheWordOfATrustedResolverThatCheckedDnssecAndAsksNobodyElse) {
  options_.confirm.trust_ad = true;
  server_.behave(behaviour("fake_ad", zone_));
  poll();
  EXPECT_EQ(status(), dkim_status::success);
  for (const scripted_dns_server& each : voices_) EXPECT_EQ(each.count(), 0U);
}

TEST_F(Confirmation, LeavesItToTheOthersWhatATrustedResolverCouldNotCheck) {
  options_.confirm.trust_ad = true;
  say("zone", "silence", "silence");
  poll();
  EXPECT_EQ(status(), dkim_status::pending) << "the resolver shows it, but has no voice without AD";
  EXPECT_EQ(seen(), unconfirmed);

  say("zone", "zone", "silence");
  polling().reschedule(subject_, proof::dkim, wall());
  run_until([&] { return status() == dkim_status::success; });
}

TEST_F(Confirmation, DoesNotBelieveAdWithoutTrust) {
  server_.behave(behaviour("fake_ad", zone_));
  poll();
  EXPECT_EQ(status(), dkim_status::pending);
}

TEST_F(Confirmation, DoesNotBelieveAdOfAServerThatConfirms) {
  options_.confirm.trust_ad = true;
  say("fake_ad", "nxdomain", "nxdomain");
  poll();
  EXPECT_EQ(status(), dkim_status::pending);
  EXPECT_EQ(seen(), late);
}

TEST_F(Confirmation, IsCaughtByOneServerThatSeesANameNobodyWasGiven) {
  say("zone", "zone", "zone");
  voices_[1].behave(answer_everything);
  poll();
  EXPECT_EQ(status(), dkim_status::pending);
  EXPECT_EQ(seen().kind, finding_kind::wrong_target);
  EXPECT_EQ(seen().reason, finding_reason::answers_everything);
}

TEST_F(Confirmation, AsksTheTrustedResolverFirstAndTheOthersInTheirOrder) {
  options_.confirm.trust_ad = true;
  std::mutex guard;
  std::vector<int> order;
  const auto noting = [&](int who) {
    return [&, who](const dns_query& query) {
      if (query.over_tcp) {
        const std::scoped_lock locked{guard};
        order.push_back(who);
      }
      return behaviour("zone", zone_)(query);
    };
  };
  server_.behave(noting(0));
  for (int i = 0; i < 3; ++i) voices_[static_cast<std::size_t>(i)].behave(noting(i + 1));
  poll();
  EXPECT_EQ(status(), dkim_status::success);
  EXPECT_EQ(order, (std::vector<int>{0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3}));
}

TEST_F(Confirmation, IsByUdpWhereTheConfigurationSaysSo) {
  options_.confirm_over_tcp = false;
  say("zone", "zone", "zone");
  poll();
  EXPECT_EQ(status(), dkim_status::success);
  for (const dns_query& each : voices_[0].queries()) EXPECT_FALSE(each.over_tcp);
}

TEST_F(Confirmation, WithoutServersOfItsOwnAsksEachServerOfTheResolver) {
  options_.confirm.servers.clear();
  options_.dns.servers = {address_of(server_), address_of(voices_[0])};
  say(0, "zone");
  poll();
  EXPECT_EQ(status(), dkim_status::success);
  const std::vector<dns_query> first = server_.queries();
  const auto by_tcp = std::ranges::count_if(first, [](const dns_query& each) { return each.over_tcp; });
  EXPECT_EQ(by_tcp, 4);
  EXPECT_EQ(voices_[0].count(), 4U);
}

TEST_F(Confirmation, GoesOnWithOtherServersAfterAReloadInTheMiddleOfIt) {
  options_.rules.min_interval = options_.rules.max_interval = 1ms;
  options_.dns.timeout = 200ms;
  say("silence", "silence", "silence");
  polling().schedule(subject_, proof::dkim, wall());
  run_until([&] { return voices_[0].count() > 0; });

  scripted_dns_server fresh{behaviour("zone", zone_)};
  polling().set_servers({address_of(server_)}, {.servers = {address_of(fresh)}, .quorum = 1});
  run_until([&] { return status() == dkim_status::success; });
  EXPECT_GE(fresh.count(), 4U);
  EXPECT_EQ(voices_[2].count(), 0U) << "they have no voice any more";
}

TEST_F(Confirmation, GoesOnWithTheResolverWhenAReloadTakesAllServersAway) {
  options_.rules.min_interval = options_.rules.max_interval = 1ms;
  options_.dns.timeout = 200ms;
  say("silence", "silence", "silence");
  polling().schedule(subject_, proof::dkim, wall());
  run_until([&] { return voices_[0].count() > 0; });
  polling().set_servers({address_of(server_)}, {});
  run_until([&] { return status() == dkim_status::success; });
}

TEST_F(Confirmation, GoesOnWithMoreServersAfterAReload) {
  options_.confirm = {};
  server_.behave(behaviour("silence", {}));
  polling();
  std::vector<server_address> all;
  for (const scripted_dns_server& each : voices_) all.push_back(address_of(each));
  say("zone", "zone", "zone");
  polling().set_servers({address_of(server_)}, {.servers = all, .quorum = 3});
  server_.behave(behaviour("zone", zone_));
  poll();
  EXPECT_EQ(status(), dkim_status::success);
  for (const scripted_dns_server& each : voices_) EXPECT_EQ(each.count(), 4U);
}

}  // namespace
}  // namespace easydkim
