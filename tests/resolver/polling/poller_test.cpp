// SPDX-License-Identifier: Apache-2.0
// Which questions the poller asks, in which order and how fast, against a DNS server that counts them.
#include "resolver/polling/poller.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "tests/support/polling.hpp"

namespace easydkim {
namespace {

using namespace std::chrono_literals;
using tests::behaviour;
using tests::dns_query;
using tests::wall;
using steady = std::chrono::steady_clock;

using Poller = tests::Polling;

TEST_F(Poller, AsksOneQuestionForADomainThatPublishedNothing) {
  const identity_id id = add_due("example.com");
  run_until_checked(id);
  ASSERT_EQ(server_.count(), 1U);
  EXPECT_FALSE(server_.queries()[0].over_tcp);
  EXPECT_EQ(stored_.at(id).dkim.status, dkim_status::pending);
  EXPECT_GE(polling().scheduled(id, proof::dkim)->due, wall() + 50min)
      << "and not again before the interval is over";
}

TEST_F(Poller, BeginsWithAnotherRecordEachTime) {
  options_.rules.min_interval = options_.rules.max_interval = 1ms;
  add_due("example.com");
  run_until([&] { return server_.count() >= 3; });
  std::set<std::string> names;
  for (std::size_t i = 0; i < 3; ++i) names.insert(tests::lower(server_.queries()[i].name));
  EXPECT_EQ(names.size(), 3U);
}

TEST_F(Poller, AsksForTheOthersOnceOneIsFoundAndConfirmsAllOverTcp) {
  const identity_id id = add("example.com");
  publish(id);
  polling().schedule(id, proof::dkim, wall());
  run_until([&] { return stored_.at(id).dkim.status == dkim_status::success; });

  std::map<bool, std::set<std::string>> asked;
  for (const dns_query& each : server_.queries()) asked[each.over_tcp].insert(tests::lower(each.name));
  std::set<std::string> records;
  for (std::size_t i = 0; i < records_per_identity; ++i) records.insert(record_name(stored_.at(id), i));
  EXPECT_EQ(asked[false], records);
  EXPECT_EQ(asked[true].size(), 4U) << "the three, and a label that nobody was given";
  EXPECT_TRUE(std::ranges::includes(asked[true], records));
  EXPECT_EQ(server_.count(), 7U);
  EXPECT_EQ(settled_, 1);
}

TEST_F(Poller, AsksForAMissingRecordBeforeThoseInPlace) {
  const identity_id id = add("example.com");
  stored_.at(id).findings[0].kind = stored_.at(id).findings[2].kind = finding_kind::found;
  polling().schedule(id, proof::dkim, wall());
  run_until_checked(id);
  ASSERT_EQ(server_.count(), 1U);
  EXPECT_EQ(tests::lower(server_.queries()[0].name), record_name(stored_.at(id), 1));
}

TEST_F(Poller, CountsLookupsByWhatTheyFoundAndMeasuresThem) {
  const identity_id missing = add_due("missing.example"), there = add("example.com");
  run_until_checked(missing);
  publish(there);
  polling().schedule(there, proof::dkim, wall());
  run_until([&] { return stored_.at(there).dkim.status == dkim_status::success; });

  const lookup_tally& seen = polling().lookups_of_resolvers();
  EXPECT_EQ(seen.with(finding_kind::absent), 2U) << "of the missing one, and a label that nobody was given";
  EXPECT_EQ(seen.with(finding_kind::found), 6U);
  EXPECT_EQ(seen.with(finding_kind::no_answer), 0U);
  EXPECT_GT(seen.times().sum(), 0U);
  EXPECT_LT(seen.times().sum(), 20'000'000U);
  EXPECT_EQ(polling().lookups_of_zones().with(finding_kind::absent), 0U);
  run_until([&] { return polling().report().queued == 2; });  // both wait for their next check
}

TEST_F(Poller, CountsALookupWithoutAnAnswerWithTheTimeThatItWaited) {
  server_.behave(behaviour("silence", {}));
  run_until_checked(add_due("example.com"));
  const lookup_tally& seen = polling().lookups_of_resolvers();
  EXPECT_EQ(seen.with(finding_kind::no_answer), 1U);
  EXPECT_GE(seen.times().sum(), 50'000U);
}

TEST_F(Poller, LooksAtWhatIsAskedForAheadOfEverythingThatIsDue) {
  options_.dns.max_in_flight = 1;
  for (int i = 0; i < 20; ++i) add_due("due" + std::to_string(i) + ".example");
  run_until([&] { return server_.count() >= 1; });
  look_now(add("urgent.example"));

  const std::vector<std::string> asked = domains_asked();
  const auto first = std::ranges::find(asked, "urgent.example");
  EXPECT_LE(first - asked.begin(), 2) << "behind what was under way, and no more";
  ASSERT_GE(asked.end() - first, 3);
  EXPECT_EQ(std::count(first, first + 3, "urgent.example"), 3);
}

TEST_F(Poller, VerifiesATxtProofByOneQuestionAndOneConfirmation) {
  const identity_id id = add("example.com");
  identity& subject = stored_.at(id);
  subject.dkim = {};
  subject.txt = begin_window(subject.txt, wall());
  const std::string token = subject.txt_token.text();
  server_.behave([token](const dns_query& query) {
    tests::dns_reply reply{query};
    reply.answers = {tests::txt_record(query.name, {token})};
    return std::vector<tests::dns_action>{{.message = reply.message()}};
  });
  options_.txt_prefix = "_proof";

  polling().schedule(id, proof::txt, wall());
  run_until([&] { return stored_.at(id).txt.status == dkim_status::success; });

  const std::vector<dns_query> asked = server_.queries();
  ASSERT_EQ(asked.size(), 2U);
  for (const dns_query& each : asked) {
    EXPECT_EQ(tests::lower(each.name), "_proof.example.com");
    EXPECT_EQ(each.type, tests::type_txt);
  }
  EXPECT_FALSE(asked[0].over_tcp);
  EXPECT_TRUE(asked[1].over_tcp);
  EXPECT_EQ(stored_.at(id).dkim.status, dkim_status::not_started);
}

TEST_F(Poller, LooksAtAllThreeWhenAskedTo) {
  const identity_id id = add("example.com");
  std::vector<finding> seen;
  ask_for_check(id, [&](const asked_check_result& result) {
    seen.assign(result.answers->findings().begin(), result.answers->findings().end());
  });
  run_until([&] { return !seen.empty(); });
  EXPECT_EQ(seen.size(), records_per_identity);
  for (const finding& each : seen) EXPECT_EQ(each.kind, finding_kind::absent);
  EXPECT_FALSE(polling().scheduled(id, proof::dkim))
      << "a look beside the schedule leaves the schedule alone";
}

TEST_F(Poller, SaysThatAnIdentityIsGoneWithoutAsking) {
  std::optional<bool> gone;
  ask_for_check(4711, [&](const asked_check_result& result) {
    gone = result.what == asked_check_result::outcome::gone;
  });
  run_until([&] { return gone.has_value(); });
  EXPECT_TRUE(*gone);
  EXPECT_EQ(server_.count(), 0U);
}

TEST_F(Poller, DropsAnIdentityThatWasDeletedOrHasFailed) {
  const identity_id deleted = add_due("deleted.example");
  stored_.erase(deleted);
  const identity_id failed = add_due("failed.example");
  stored_.at(failed).dkim.status = dkim_status::failed;
  const identity_id last = add_due("last.example");
  run_until_checked(last);
  EXPECT_EQ(domains_asked(), std::vector<std::string>{"last.example"});
  EXPECT_FALSE(polling().scheduled(deleted, proof::dkim));
  EXPECT_FALSE(polling().scheduled(failed, proof::dkim));
}

TEST_F(Poller, KeepsThePace) {
  options_.max_lookups_per_second = 20;
  const auto begin = steady::now();
  for (int i = 0; i < 10; ++i) add_due("d" + std::to_string(i) + ".example");
  run_until([&] { return server_.count() >= 10; });
  // Two may start at once, eight wait for 50 ms each.
  EXPECT_GE(steady::now() - begin, 390ms);
  EXPECT_EQ(polling().report().lookups_total, 10U);
}

TEST_F(Poller, NeverHasMoreInFlightThanAllowed) {
  options_.dns.max_in_flight = 5;
  options_.dns.timeout = 10s;
  server_.behave(behaviour("silence", {}));
  for (int i = 0; i < 20; ++i) add_due("d" + std::to_string(i) + ".example");
  run_until([&] { return server_.count() >= 5; });
  io_.run_for(20ms);
  EXPECT_EQ(server_.count(), 5U);
  EXPECT_EQ(polling().report().in_flight, 5U);
  EXPECT_EQ(polling().report().overdue, 15U);
}

TEST_F(Poller, StartsNoMoreAtOnceThanTheBufferOfAServerTakes) {
  options_.dns.max_in_flight = 300;
  options_.dns.timeout = 10s;
  server_.behave(behaviour("silence", {}));
  for (int i = 0; i < 300; ++i) add_due("d" + std::to_string(i) + ".example");
  std::size_t most = 0, before = 0;
  run_until([&] {
    const std::size_t now = polling().report().in_flight;
    most = std::max(most, now - before);
    before = now;
    return now == 300 - 300 / 16;  // the others wait for people
  });
  EXPECT_LE(most, 64U);
}

TEST_F(Poller, SlowsWhenNothingIsAnsweredAndFailsNobodyThen) {
  options_.rules.min_interval = options_.rules.max_interval = 1ms;
  server_.behave(behaviour("servfail", {}));
  const identity_id id = add("example.com");
  stored_.at(id).dkim.window_started_at -= options_.rules.window + 1h;
  polling().schedule(id, proof::dkim, wall());
  run_until([&] { return !polling().report().resolver_healthy; });

  // One poll a second, and the question about ourselves.
  const int settled_before = settled_;
  const auto begin = steady::now();
  run_until([&, before = server_.count()] { return server_.count() >= before + 4; });
  EXPECT_GE(steady::now() - begin, 900ms);
  EXPECT_EQ(settled_, settled_before) << "silence of our own resolver is not even told to the store";
  EXPECT_EQ(stored_.at(id).dkim.status, dkim_status::pending);

  server_.behave(behaviour("nxdomain", {}));
  run_until([&] { return polling().report().resolver_healthy; });
  run_until([&] { return stored_.at(id).dkim.status == dkim_status::failed; });
}

TEST_F(Poller, StaysAtFullPaceWhenOnlyTheDomainsAreSilent) {
  options_.rules.min_interval = options_.rules.max_interval = 1ms;
  server_.behave([](const dns_query& query) {
    const bool is_control = tests::lower(query.name).ends_with(tests::suffix);
    return behaviour(is_control ? "nxdomain" : "servfail", {})(query);
  });
  add_due("example.com");
  run_until([&] { return server_.count() >= 30; });
  EXPECT_TRUE(polling().report().resolver_healthy);
  EXPECT_GE(polling().report().no_answer_total, 20U);
  EXPECT_TRUE(std::ranges::any_of(server_.queries(), [](const dns_query& each) {
    return tests::lower(each.name).ends_with(tests::suffix);
  }));
}

TEST_F(Poller, SeesItsResolverComeBackWithoutAnyPoll) {
  server_.behave(behaviour("servfail", {}));
  for (int i = 0; i < 3; ++i) add_due("d" + std::to_string(i) + ".example");
  run_until([&] { return !polling().report().resolver_healthy; });
  stored_.clear();
  server_.behave(behaviour("nxdomain", {}));
  const auto begin = steady::now();
  run_until([&] { return polling().report().resolver_healthy; });
  EXPECT_LE(steady::now() - begin, 2s);
}

TEST_F(Poller, ChecksDuringAnOutageDoNotPutOffTheRecovery) {
  options_.dns.max_in_flight = 100;
  options_.max_lookups_per_second = 50;
  server_.behave(behaviour("silence", {}));
  for (int i = 0; i < 3; ++i) add_due("d" + std::to_string(i) + ".example");
  run_until([&] { return !polling().report().resolver_healthy; });
  for (int i = 0; i < 200; ++i)
    ask_for_check(add("asked" + std::to_string(i) + ".example"), [](const asked_check_result&) {});
  io_.run_for(200ms);
  server_.behave(behaviour("nxdomain", {}));
  const auto begin = steady::now();
  run_until([&] { return polling().report().resolver_healthy; });
  EXPECT_LE(steady::now() - begin, 2s);
  const identity_id late = add_due("late.example");
  run_until_checked(late);
  EXPECT_LE(steady::now() - begin, 4s);
}

TEST_F(Poller, ChecksThatPeopleAskForKeepThePaceAndLeaveAFifthToPolls) {
  options_.dns.max_in_flight = 100;
  options_.max_lookups_per_second = 100;
  options_.rules.min_interval = options_.rules.max_interval = 1ms;
  std::size_t throttled = 0, checked = 0;
  for (int i = 0; i < 400; ++i)
    ask_for_check(add("asked" + std::to_string(i) + ".example"), [&](const asked_check_result& result) {
      ++(result.what == asked_check_result::outcome::throttled ? throttled : checked);
    });
  const auto begin = steady::now();
  add_due("polled.example");
  run_until([&] { return throttled + checked == 400; });
  const auto took = std::chrono::duration<double>(steady::now() - begin).count();
  EXPECT_LE(static_cast<double>(server_.count()), 100 * took + 15);
  EXPECT_GE(checked, 40U);
  EXPECT_GT(throttled, 200U) << "which could not begin in two seconds";
  EXPECT_LE(took, 4);
  const auto polled = std::ranges::count(domains_asked(), "polled.example");
  EXPECT_GE(static_cast<double>(polled), 20 * took - 15);
}

TEST_F(Poller, OneCheckOfAnIdentityAtATimeServesAllWhoAsk) {
  const identity_id id = add("example.com");
  int ended = 0;
  for (int i = 0; i < 50; ++i) ask_for_check(id, [&](const asked_check_result&) { ++ended; });
  run_until([&] { return ended == 50; });
  EXPECT_EQ(server_.count(), records_per_identity);
  EXPECT_EQ(settled_, 1);
}

TEST_F(Poller, LooksAtWhatWasJustIssuedBeforeWhatNobodyWaitsFor) {
  options_.dns.max_in_flight = 1;
  for (int i = 0; i < 20; ++i) add_due("due" + std::to_string(i) + ".example");
  run_until([&] { return server_.count() >= 1; });
  const identity_id fresh = add("fresh.example");
  polling().expect(fresh, proof::dkim, wall());
  run_until_checked(fresh);
  const std::vector<std::string> asked = domains_asked();
  EXPECT_LE(std::ranges::find(asked, "fresh.example") - asked.begin(), 2);
}

TEST_F(Poller, FirstChecksOfManyDoNotStopThePollsOfOthers) {
  options_.dns.max_in_flight = 1;
  polling();
  for (int i = 0; i < 40; ++i)
    polling().expect(add("fresh" + std::to_string(i) + ".example"), proof::dkim, wall());
  const identity_id old = add_due("old.example");
  run_until_checked(old);
  const std::vector<std::string> asked = domains_asked();
  EXPECT_LE(std::ranges::find(asked, "old.example") - asked.begin(), 6);
}

TEST_F(Poller, TellsHowLateItIs) {
  options_.dns.max_in_flight = 1;
  options_.dns.timeout = 10s;
  server_.behave(behaviour("silence", {}));
  for (int i = 0; i < 3; ++i)
    polling().schedule(add("d" + std::to_string(i) + ".example"), proof::dkim, wall() - 1min * (i + 1));
  run_until([&] { return server_.count() == 1; });
  const poller_figures now_so = polling().report();
  EXPECT_EQ(now_so.overdue, 2U) << "one of the three is being looked at";
  EXPECT_GE(now_so.lag, 2min);
  EXPECT_LE(now_so.lag, 2min + 20s);
}

TEST_F(Poller, SchedulesAnIdentityOnceWhenItsWindowBeginsAnew) {
  const identity_id id = add("example.com");
  polling().schedule(id, proof::dkim, wall() + 1h);
  polling().reschedule(id, proof::dkim, wall());
  run_until_checked(id);
  EXPECT_EQ(server_.count(), 1U);
  EXPECT_EQ(polling().report().overdue, 0U);
}

TEST_F(Poller, MovesWhatIsDueWithTheClock) {
  const identity_id id = add("example.com");
  polling().schedule(id, proof::dkim, wall() + 1h);
  polling().shift(-2h);
  run_until_checked(id);
  EXPECT_EQ(server_.count(), 1U);
}

TEST_F(Poller, SettlesNothingOnceItWasStopped) {
  const identity_id id = add("example.com");
  publish(id);
  polling().schedule(id, proof::dkim, wall());
  run_until([&] { return server_.count() >= 1; });
  polling().stop();
  io_.run_for(50ms);
  EXPECT_EQ(settled_, 0);
  EXPECT_EQ(stored_.at(id).dkim.status, dkim_status::pending);
}

}  // namespace
}  // namespace easydkim
