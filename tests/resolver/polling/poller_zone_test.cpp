// SPDX-License-Identifier: Apache-2.0
// What the poller makes of what a domain's own servers say, and when it has things explained.
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <utility>

#include "tests/support/polling.hpp"

namespace easydkim {
namespace {

using namespace std::chrono_literals;
using tests::behaviour;
using tests::wall;

zone_look says(finding seen) {
  zone_look at_zone;
  at_zone.look.seen = std::move(seen);
  at_zone.look.searched.what = zone_search::outcome::found;
  at_zone.look.was_asked = at_zone.look.was_answered = true;
  at_zone.look.decides_loss = true;
  return at_zone;
}
zone_look someone_else(zone_look::next what, std::optional<time_point> ready_at = std::nullopt) {
  zone_look at_zone;
  at_zone.what = what;
  at_zone.look.searched.what = zone_search::outcome::found;
  at_zone.ready_at = ready_at;
  return at_zone;
}

const finding in_place{finding_kind::found, finding_reason::none, {}};
const finding missing{finding_kind::absent, finding_reason::no_such_name, {}};
const finding hidden{finding_kind::found, finding_reason::not_visible, {}};

/// A poller whose domains have servers of their own, which all say the same.
class ZonePoller : public tests::Polling {
 protected:
  ZonePoller() {
    look_at_zone_ = [this](look_order order, std::function<void(zone_look)> answered) {
      const bool control = order.is == expectation::target::control;
      const bool can_say = answer_.what == zone_look::next::judge;
      orders_.push_back(std::move(order));
      zone_look told = control && can_say ? control_answer_ : answer_;
      boost::asio::post(io_, [told, answered = std::move(answered)] { answered(told); });
    };
    subject_ = add("example.com");
  }

  void poll() {
    polling().reschedule(subject_, proof::dkim, wall());
    run_until([&, before = checks_so_far()] { return checks_so_far() != before; });
  }
  dkim_status status() const { return stored_.at(subject_).dkim.status; }
  const finding& seen() const { return stored_.at(subject_).findings[0]; }

  zone_look answer_ = says(missing);
  zone_look control_answer_ = says(missing);  // for the label that nobody was given
  std::vector<look_order> orders_;
  identity_id subject_ = 0;

 private:
  std::optional<time_point> checks_so_far() {
    const auto entry = polling().scheduled(subject_, proof::dkim);
    return entry ? entry->last_checked : std::nullopt;
  }
};

TEST_F(ZonePoller, NeverAsksTheResolverForWhatTheZoneDoesNotHave) {
  poll();
  poll();
  look_now(subject_);
  EXPECT_EQ(server_.count(), 0U);
  EXPECT_EQ(orders_.size(), 2U + records_per_identity);
  EXPECT_EQ(seen(), missing);
}

TEST_F(ZonePoller, CountsWhatTheZoneSaysApartFromWhatTheResolverSays) {
  poll();
  publish(subject_);
  answer_ = says(in_place);
  poll();
  ASSERT_EQ(status(), dkim_status::success);
  EXPECT_EQ(polling().lookups_of_zones().with(finding_kind::absent), 2U) << "the label that nobody was given";
  EXPECT_EQ(polling().lookups_of_zones().with(finding_kind::found), 3U);
  EXPECT_EQ(polling().lookups_of_resolvers().with(finding_kind::found), 3U);
}

TEST_F(ZonePoller, AsksTheResolverOnlyToConfirmOnceTheZoneHasAll) {
  publish(subject_);
  answer_ = says(in_place);
  poll();
  EXPECT_EQ(status(), dkim_status::success);
  EXPECT_EQ(orders_.size(), records_per_identity + 1U);  // and the label that nobody was given
  ASSERT_EQ(server_.count(), records_per_identity);
  for (const tests::dns_query& each : server_.queries()) EXPECT_TRUE(each.over_tcp);
}

TEST_F(ZonePoller, AsksAllServersForTheLabelThatNobodyWasGivenAndNeverTheResolver) {
  publish(subject_);
  answer_ = says(in_place);
  for (const finding& caught :
       {in_place, finding{finding_kind::absent, finding_reason::on_some_servers, "ns2"},
        finding{finding_kind::wrong_target, finding_reason::redirected, "DNAME x"}}) {
    control_answer_ = says(caught);
    poll();
    EXPECT_EQ(status(), dkim_status::pending);
    EXPECT_EQ(seen().kind, finding_kind::wrong_target);
    EXPECT_EQ(orders_.back().is, expectation::target::control);
    EXPECT_EQ(orders_.back().how, look_order::extent::full);
  }
  control_answer_ = says({finding_kind::no_answer, finding_reason::timeout, {}});
  poll();
  EXPECT_EQ(status(), dkim_status::pending);
  EXPECT_EQ(seen().reason, finding_reason::unconfirmed);
}

TEST_F(ZonePoller, SaysWhichRecordItMeansAndWhatWasKnownOfIt) {
  poll();
  poll();
  ASSERT_EQ(orders_.size(), 2U);
  const look_order& first = orders_[0];
  EXPECT_EQ(first.name(), record_name(stored_.at(subject_), 0));
  EXPECT_EQ(first.suffix, tests::suffix);
  EXPECT_EQ(first.before.seen.kind, finding_kind::unchecked);
  EXPECT_EQ(first.how, look_order::extent::poll);

  // The second record is asked for in its turn; of the first it is known by now.
  stored_.at(subject_).findings[1] = missing;
  stored_.at(subject_).majority_since.fill(wall() - 30min);
  polling().reschedule(subject_, proof::dkim, wall());
  run_until([&] { return orders_.size() == 3; });
  EXPECT_EQ(orders_[2].before.majority_since, wall() - 30min);
}

TEST_F(ZonePoller, AsksTheResolverInsteadWhereTheZoneCannotBeAsked) {
  publish(subject_);
  answer_ = someone_else(zone_look::next::ask_resolver);
  poll();
  EXPECT_EQ(status(), dkim_status::success);
  EXPECT_EQ(server_.count(), records_per_identity + 4U);
}

TEST_F(ZonePoller, ComesBackWhenBusyServersMayBeAskedAndHasLearntNothing) {
  const time_point ready = wall() + 20min;
  answer_ = someone_else(zone_look::next::later, ready);
  polling().schedule(subject_, proof::dkim, wall());
  run_until([&] {
    const auto entry = polling().scheduled(subject_, proof::dkim);
    return entry && entry->due == ready;
  });
  const due_queue::entry entry = *polling().scheduled(subject_, proof::dkim);
  EXPECT_FALSE(entry.last_checked) << "this was no check";
  EXPECT_EQ(entry.turn, 0U) << "and the same server has its turn";
  EXPECT_EQ(settled_, 0);
  EXPECT_EQ(server_.count(), 0U);
  EXPECT_EQ(seen().kind, finding_kind::unchecked);
}

TEST_F(ZonePoller, FailsNobodyWhoseServersAreBusyAtTheEndOfTheWindow) {
  stored_.at(subject_).dkim.window_started_at -= options_.rules.window + 1h;
  answer_ = someone_else(zone_look::next::later, wall() + 1s);
  polling().schedule(subject_, proof::dkim, wall());
  run_until([&] { return !orders_.empty() && polling().scheduled(subject_, proof::dkim).has_value(); });
  EXPECT_EQ(status(), dkim_status::pending);
  EXPECT_EQ(settled_, 0);
}

TEST_F(ZonePoller, NeverComesBackAtOnceNorAfterTheLongestInterval) {
  for (const std::optional<time_point> ready :
       {std::optional<time_point>{}, std::optional{wall() - 1h}, std::optional{wall() + 100h}}) {
    answer_ = someone_else(zone_look::next::later, ready);
    const std::size_t before = orders_.size();
    polling().reschedule(subject_, proof::dkim, wall());
    run_until(
        [&] { return orders_.size() > before && polling().scheduled(subject_, proof::dkim).has_value(); });
    const time_point due = polling().scheduled(subject_, proof::dkim)->due;
    EXPECT_GE(due, wall() + 50ms);
    EXPECT_LE(due, wall() + options_.rules.max_interval);
  }
}

TEST_F(ZonePoller, SleepsWhileAllOfItsLanesWaitForSilentServersAndOthersAreDue) {
  options_.dns.max_in_flight = 2;
  std::vector<std::function<void(zone_look)>> waiting;
  look_at_zone_ = [&](const look_order&, std::function<void(zone_look)> answered) {
    waiting.push_back(std::move(answered));
  };
  for (int i = 0; i < 10; ++i)
    polling().schedule(add("d" + std::to_string(i) + ".example"), proof::dkim, wall() - 1s);
  run_until([&] { return waiting.size() == 2; });
  EXPECT_EQ(polling().report().overdue, 8U);

  std::size_t events = 0;
  const auto end = std::chrono::steady_clock::now() + 300ms;
  while (std::chrono::steady_clock::now() < end) events += io_.run_one_until(end);
  EXPECT_LE(events, 10U) << "it does not look again and again whether there is time for them";

  run_until([&] {
    for (const auto& each : std::exchange(waiting, {})) each(says(missing));
    return polling().report().overdue == 0;
  });
}

TEST_F(ZonePoller, DoesNotPutOffSomebodyWhoAsksForALook) {
  answer_ = someone_else(zone_look::next::later, wall() + 20min);
  std::vector<finding> got;
  ask_for_check(subject_, [&](const asked_check_result& result) {
    got.assign(result.answers->findings().begin(), result.answers->findings().end());
  });
  run_until([&] { return !got.empty(); });
  for (const finding& each : got) EXPECT_EQ(each.reason, finding_reason::busy);
  EXPECT_EQ(settled_, 0) << "that we are busy says nothing of the records";
  EXPECT_EQ(status(), dkim_status::pending);
}

TEST_F(ZonePoller, PollsAtFullPaceWhileTheResolverIsIll) {
  options_.rules.min_interval = options_.rules.max_interval = 1ms;
  server_.behave(behaviour("servfail", {}));
  for (int i = 0; i < 3; ++i) polling().resolver_was_asked(false);
  run_until([&] { return !polling().resolver_answers(); });
  polling().schedule(subject_, proof::dkim, wall());
  run_until([&, before = orders_.size()] { return orders_.size() >= before + 20; });
  EXPECT_FALSE(polling().resolver_answers());
}

TEST_F(ZonePoller, PutsOffWhatOnlyAnIllResolverCanTellButOneASecond) {
  const identity_id first = add("first.example");
  publish(subject_);
  server_.behave(behaviour("servfail", {}));
  for (int i = 0; i < 3; ++i) polling().resolver_was_asked(false);
  run_until([&] { return !polling().resolver_answers(); });
  const auto is_confirmed_over_tcp = [](const tests::dns_query& each) { return each.over_tcp; };
  answer_ = says(in_place);
  polling().schedule(first, proof::dkim, wall() - 1s);
  polling().schedule(subject_, proof::dkim, wall());
  run_until([&] {
    return orders_.size() >= 2 * records_per_identity && polling().scheduled(first, proof::dkim) &&
           polling().scheduled(subject_, proof::dkim);
  });
  EXPECT_NE(polling().scheduled(first, proof::dkim)->last_checked, std::nullopt);
  EXPECT_EQ(polling().scheduled(subject_, proof::dkim)->last_checked, std::nullopt);
  EXPECT_EQ(std::ranges::count_if(server_.queries(), is_confirmed_over_tcp), 1);
  EXPECT_EQ(settled_, 0);
  server_.behave([this](const tests::dns_query& query) {
    const bool is_about_us = tests::lower(query.name).ends_with(tests::suffix);
    return (is_about_us ? behaviour("nxdomain", {}) : behaviour("zone", zone_))(query);
  });
  run_until([&] { return status() == dkim_status::success; });
}

TEST_F(ZonePoller, TakesForNothingWhatNobodyButAnIllResolverCouldHaveFound) {
  server_.behave(behaviour("servfail", {}));
  for (int i = 0; i < 3; ++i) polling().resolver_was_asked(false);
  run_until([&] { return !polling().resolver_answers(); });
  answer_ = {};
  answer_.look.searched.what = zone_search::outcome::no_resolver;
  polling().schedule(subject_, proof::dkim, wall());
  run_until([&] { return !orders_.empty() && polling().scheduled(subject_, proof::dkim); });
  EXPECT_EQ(polling().scheduled(subject_, proof::dkim)->last_checked, std::nullopt);
  EXPECT_LE(polling().scheduled(subject_, proof::dkim)->due, wall() + 2s);
  EXPECT_EQ(settled_, 0);
}

/// As where the target suffix is in no DNS: the question about ourselves has no answer, and all others have.
TEST_F(ZonePoller, SeesByItsPollsThatTheResolverIsWellWhateverTheHealthQuestionGets) {
  publish(subject_);
  server_.behave([this](const tests::dns_query& query) {
    const bool is_about_us = tests::lower(query.name).ends_with(tests::suffix);
    return (is_about_us ? behaviour("servfail", {}) : behaviour("zone", zone_))(query);
  });
  for (int i = 0; i < 3; ++i) polling().resolver_was_asked(false);
  run_until([&] { return !polling().resolver_answers(); });
  answer_ = says(in_place);
  polling().schedule(subject_, proof::dkim, wall());
  run_until([&] { return status() == dkim_status::success; });
  EXPECT_TRUE(polling().resolver_answers());
}

TEST_F(ZonePoller, TakesADomainThatItsParentDeniesForAbsent) {
  answer_ = {};
  answer_.look.searched.what = zone_search::outcome::no_such_domain;
  answer_.look.decides_loss = true;
  poll();
  EXPECT_EQ(seen(), missing);
}

TEST_F(ZonePoller, WaitsWhileCachesHideWhatTheZoneHas) {
  answer_ = says(in_place);  // and the resolver says NXDOMAIN
  poll();
  EXPECT_EQ(status(), dkim_status::pending);
  EXPECT_EQ(seen(), hidden);

  publish(subject_);
  poll();
  EXPECT_EQ(status(), dkim_status::success);
}

TEST_F(ZonePoller, FailsNobodyWhoseRecordsAreOnlyHidden) {
  stored_.at(subject_).dkim.window_started_at -= options_.rules.window + 1h;
  answer_ = says(in_place);
  poll();
  EXPECT_EQ(status(), dkim_status::pending);
  EXPECT_EQ(seen(), hidden);
}

TEST_F(ZonePoller, AsksAllServersBeforeItFailsAnIdentity) {
  stored_.at(subject_).dkim.window_started_at -= options_.rules.window + 1h;
  polling().schedule(subject_, proof::dkim, wall());
  run_until([&] { return status() == dkim_status::failed; });
  ASSERT_FALSE(orders_.empty());
  EXPECT_EQ(orders_.back().how, look_order::extent::full);
}

TEST_F(ZonePoller, AsksAllServersForEachRecordWhereTheyWereSeenToDifferInOne) {
  // Given one of the other records on some servers only; what one server says of this one may be the liar's
  stored_.at(subject_).findings[1] = {finding_kind::absent, finding_reason::on_some_servers, "ns2.example.com"};
  poll();
  ASSERT_FALSE(orders_.empty());
  EXPECT_EQ(orders_.front().how, look_order::extent::full);
}

TEST_F(ZonePoller, AsksAllServersBeforeTheGraceEnds) {
  verification& state = stored_.at(subject_).dkim;
  state.status = dkim_status::temporary_failure;
  state.verified_at = state.lost_at = wall() - options_.rules.grace - 1h;
  polling().schedule(subject_, proof::dkim, wall());
  run_until([&] { return status() == dkim_status::failed; });
  EXPECT_EQ(orders_.back().how, look_order::extent::full);
}

TEST_F(ZonePoller, WatchesAVerifiedDomainAtAllOfItsServersSoThatNoCacheLearnsOfALoss) {
  stored_.at(subject_).dkim.status = dkim_status::success;
  poll();
  ASSERT_EQ(orders_.size(), records_per_identity) << "each record, once one is gone";
  for (const look_order& each : orders_) EXPECT_EQ(each.how, look_order::extent::full);
  EXPECT_EQ(server_.count(), 0U);
}

/// What the poller has explained, and when.
class Explained : public ZonePoller {
 protected:
  Explained() {
    examine_ = [this](const identity& as_seen, checked_zone known, std::function<void(observation)> explained) {
      examined_.push_back(as_seen);
      known_ = std::move(known);
      waiting_.push_back(std::move(explained));
      if (answers_) answer_one();
    };
  }
  void answer_one() {
    observation seen;
    if (!knows_nothing_) seen.diagnosed = diagnosis_report{.at = wall()};
    boost::asio::post(io_, [seen, explained = std::move(waiting_.front())] { explained(seen); });
    waiting_.pop_front();
  }
  void be_of_age(duration age) { stored_.at(subject_).dkim.window_started_at = wall() - age; }

  bool answers_ = true;
  bool knows_nothing_ = false;
  std::vector<identity> examined_;
  checked_zone known_;  // when the last was
  std::deque<std::function<void(observation)>> waiting_;
};

TEST_F(Explained, IsAYoungIdentityOnlyWhenSomebodyAsks) {
  be_of_age(5min);
  poll();
  EXPECT_TRUE(examined_.empty());
  look_now(subject_);
  ASSERT_EQ(examined_.size(), 1U);
  for (const finding& each : examined_[0].findings) EXPECT_EQ(each, missing) << "as the check saw it";
  EXPECT_TRUE(last_seen_.diagnosed) << "and it goes to the store with the check";
}

TEST_F(Explained, BeginsWithWhatItsCheckHasProven) {
  answer_.look.searched.what = zone_search::outcome::found;
  answer_.look.searched.where.apex = "example.com";
  answer_.look.replies.resize(2);
  const steady_time before = steady_now();
  look_now(subject_);
  ASSERT_TRUE(known_.proven);
  EXPECT_EQ(known_.proven->where.apex, "example.com");
  for (std::size_t record = 0; record < records_per_identity; ++record)
    EXPECT_EQ(known_.answers[record].size(), 2U);
  EXPECT_GE(known_.began, before);
}

TEST_F(Explained, FindsTheZoneItselfAfterALookThatProvedNothing) {
  look_now(subject_);
  EXPECT_EQ(examined_.size(), 1U);
  EXPECT_FALSE(known_.proven);
}

TEST_F(Explained, IsAnIdentityAtThreeAges) {
  options_.rules.min_interval = options_.rules.max_interval = 2min;
  for (const duration age : {10min, 60min, 24 * 60min}) {
    const std::size_t before = examined_.size();
    be_of_age(age + 1min);
    poll();
    EXPECT_EQ(examined_.size(), before + 1) << age.count();
    be_of_age(age + 3min);
    poll();
    EXPECT_EQ(examined_.size(), before + 1) << age.count();
  }
}

TEST_F(Explained, IsAnIdentityOnceAtAnAgeHoweverOftenItIsPolled) {
  options_.rules.min_interval = options_.rules.max_interval = 5ms;
  be_of_age(10min - 200ms);
  polling().schedule(subject_, proof::dkim, wall());
  run_until([&] { return orders_.size() > 3; });
  EXPECT_TRUE(examined_.empty());
  run_until([&] { return !examined_.empty(); });
  run_until([&, enough = orders_.size() + 10] { return orders_.size() > enough; });
  EXPECT_EQ(examined_.size(), 1U);
}

TEST_F(Explained, IsWhatIsAboutToFail) {
  stored_.at(subject_).dkim.window_started_at -= options_.rules.window + 1h;
  polling().schedule(subject_, proof::dkim, wall());
  run_until([&] { return status() == dkim_status::failed; });
  EXPECT_EQ(examined_.size(), 1U);
  EXPECT_TRUE(last_seen_.diagnosed);
}

TEST_F(Explained, IsWhatCouldNotBeExplainedAtItsAgeWithTheNextCheck) {
  knows_nothing_ = true;  // a name server was busy with our own questions
  options_.rules.min_interval = options_.rules.max_interval = 2min;
  be_of_age(11min);
  poll();
  EXPECT_EQ(examined_.size(), 1U);
  knows_nothing_ = false;
  be_of_age(13min);
  poll();
  EXPECT_EQ(examined_.size(), 2U);
  be_of_age(15min);
  poll();
  EXPECT_EQ(examined_.size(), 2U) << "now it is";
}

TEST_F(Explained, IsALossWithTheMissThatMakesIt) {
  stored_.at(subject_).dkim.status = dkim_status::success;
  for (int miss = 1; miss < misses_before_temporary_failure; ++miss) {
    poll();
    EXPECT_TRUE(examined_.empty()) << miss;
  }
  stored_.at(subject_).dkim.first_miss_at = wall() - least_loss;
  poll();
  EXPECT_EQ(status(), dkim_status::temporary_failure);
  EXPECT_EQ(examined_.size(), 1U);
}

TEST_F(Explained, IsNobodyWhoseRecordsAreInPlace) {
  publish(subject_);
  be_of_age(11min);
  answer_ = says(in_place);
  poll();
  EXPECT_EQ(status(), dkim_status::success);
  EXPECT_TRUE(examined_.empty());
}

TEST_F(Explained, AreNoMoreAtATimeThanAllowedBesideThoseThatSomebodyAsksFor) {
  options_.max_examinations = 2;
  answers_ = false;
  constexpr std::size_t all = 6;
  std::vector<identity_id> ids;
  for (std::size_t i = 0; i < all; ++i) ids.push_back(add("d" + std::to_string(i) + ".example"));
  for (const identity_id each : ids) {
    stored_.at(each).dkim.window_started_at = wall() - 11min;
    polling().schedule(each, proof::dkim, wall());
  }
  const auto checked = [&] {
    return static_cast<std::size_t>(std::ranges::count_if(ids, [&](identity_id each) {
      const auto entry = polling().scheduled(each, proof::dkim);
      return entry && entry->last_checked;
    }));
  };
  run_until([&] { return checked() == all - 2; });
  EXPECT_EQ(examined_.size(), 2U) << "the others are settled without, and are explained later";

  bool done = false;
  ask_for_check(subject_, [&](const asked_check_result&) { done = true; });
  run_until([&] { return examined_.size() == 3; });
  EXPECT_FALSE(done);
  while (!waiting_.empty()) answer_one();
  run_until([&] { return done && checked() == all; });
}

}  // namespace
}  // namespace easydkim
