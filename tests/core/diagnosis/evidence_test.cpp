// SPDX-License-Identifier: Apache-2.0
#include "core/diagnosis/evidence.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/observations.hpp"

namespace easydkim {
namespace {

using namespace tests;
using namespace std::chrono_literals;
using enum diagnosis_code;
using enum record_sighting::visibility;

/// What is left after `seen` came, one after the other; each may be no news.
evidence after(const std::vector<observation>& seen, evidence before = {}) {
  for (const observation& each : seen)
    if (auto now = merge_evidence({.before = before, .news = each})) before = *std::move(now);
  return before;
}

bool is_news(const observation& seen, const evidence& to) {
  return merge_evidence({.before = to, .news = seen}).has_value();
}

observation with_answer(answer_seen answer) {
  observation seen;
  seen.answers.push_back(std::move(answer));
  return seen;
}

observation with_record(record_sighting sighting) {
  observation seen;
  seen.records[0] = std::move(sighting);
  return seen;
}

/// A poll that asked one server for one record, as polls do in turn.
observation poll_of(int server, finding_kind has) {
  const std::string number = std::to_string(server);
  return with_record({.published = {{"ns" + number + ".example.net", "192.0.2." + number, has, {}}}});
}

TEST(Evidence, TakesAServerWhoseAddressWasNotKnownForNoSecondOne) {
  const observation unknown =
      with_record({.published = {{"ns1.example.net", "", finding_kind::no_answer, {}}}});
  const evidence kept = after({unknown, poll_of(1, finding_kind::found)});
  ASSERT_EQ(kept.records[0].published.size(), 1U);
  EXPECT_EQ(kept.records[0].published[0].address, "192.0.2.1");
  EXPECT_EQ(kept.records[0].published[0].has, finding_kind::found);
  const evidence lost = after({unknown}, kept);
  ASSERT_EQ(lost.records[0].published.size(), 1U);
  EXPECT_EQ(lost.records[0].published[0].has, finding_kind::no_answer);
}

std::vector<std::string> names(const evidence& of) {
  std::vector<std::string> all;
  for (const answer_seen& each : of.answers) all.push_back(each.name);
  return all;
}

TEST(Evidence, KeepsWhatIsSeenFirst) {
  const observation seen = sample_observation();
  const evidence kept = after({seen});
  EXPECT_EQ(kept.answers, seen.answers);
  EXPECT_EQ(kept.zone, seen.zone);
  EXPECT_EQ(kept.records[0], seen.records[0]);
  EXPECT_EQ(kept.records[1], record_sighting{});
  EXPECT_EQ(kept.diagnosed, seen.diagnosed);
  EXPECT_FALSE(kept.zone_at_success);
}

TEST(Evidence, HasNoNewsInWhatStaysAsItIs) {
  const observation seen = sample_observation();
  const evidence kept = after({seen});
  EXPECT_FALSE(is_news(seen, kept));
  EXPECT_FALSE(is_news({}, kept));
  EXPECT_TRUE(observation{}.empty());

  observation later = seen;
  for (answer_seen& each : later.answers) {
    each.at += 1h;
    each.ttl -= 17;
  }
  ++later.zone->serial;
  later.records[0]->published[0].serial = 7;
  *later.records[0]->visible_at += 3s;
  later.diagnosed->at += 1h;
  EXPECT_FALSE(is_news(later, kept)) << "time, TTL and serials alone";
}

TEST(Evidence, TakesAnAnswerThatDiffersFromTheLastOfItsNameTypeAndServer) {
  const evidence kept = after({sample_observation()});
  const answer_seen last = kept.answers.back();
  const auto differs = [&](auto change) {
    answer_seen other = last;
    change(other);
    return is_news(with_answer(other), kept);
  };
  EXPECT_TRUE(differs([](answer_seen& a) { a.rcode = "NOERROR"; }));
  EXPECT_TRUE(differs([](answer_seen& a) { a.target = "x.example"; }));
  EXPECT_TRUE(differs([](answer_seen& a) { a.flags = "aa tc"; }));
  EXPECT_TRUE(differs([](answer_seen& a) { a.server = "ns3.example.net (192.0.2.3)"; }));
  EXPECT_TRUE(differs([](answer_seen& a) { a.type = "TXT"; }));
  EXPECT_TRUE(differs([](answer_seen& a) { a.name = "b._domainkey.example.com"; }));
  EXPECT_TRUE(differs([](answer_seen& a) { a.extended_error = "EDE 7 (Signature Expired): of x"; }));
}

TEST(Evidence, TakesAnExtendedErrorByItsCode) {
  answer_seen bogus = sample_answer("a.example.com", "192.0.2.53:53", "SERVFAIL");
  bogus.extended_error = "EDE 7 (Signature Expired): from 192.0.2.1";
  const evidence kept = after({with_answer(bogus)});
  bogus.extended_error = "EDE 7 (Signature Expired): from 192.0.2.2";
  EXPECT_FALSE(is_news(with_answer(bogus), kept));
  bogus.extended_error = "EDE 9 (DNSKEY Missing)";
  EXPECT_TRUE(is_news(with_answer(bogus), kept));
}

TEST(Evidence, KeepsTheLastTwentyAnswers) {
  std::vector<observation> seen;
  for (int i = 0; i < 30; ++i) seen.push_back(with_answer(sample_answer("n" + std::to_string(i), "ns1")));
  const evidence kept = after(seen);
  ASSERT_EQ(kept.answers.size(), 20u);
  EXPECT_EQ(kept.answers.front().name, "n10");
  EXPECT_EQ(kept.answers.back().name, "n29");
}

TEST(Evidence, LetsANoisyRecordPushOutNoOther) {
  std::vector<observation> seen{with_answer(sample_answer("quiet1", "ns1")),
                                with_answer(sample_answer("quiet2", "ns1"))};
  for (int i = 0; i < 100; ++i)
    seen.push_back(with_answer(sample_answer("noisy", "ns1", i % 2 == 0 ? "NOERROR" : "SERVFAIL")));
  const evidence kept = after(seen);
  EXPECT_EQ(kept.answers.size(), 20u);
  EXPECT_EQ(names(kept)[0], "quiet1");
  EXPECT_EQ(names(kept)[1], "quiet2");
  EXPECT_EQ(kept.answers.back().rcode, "SERVFAIL");
}

TEST(Evidence, HasNoNewsInServersThatTakeTurnsHoweverManyTheyAre) {
  const auto of_turn = [](int turn) {
    return with_answer(sample_answer("r" + std::to_string(turn % 3), "ns" + std::to_string(turn % 33)));
  };
  evidence kept;
  for (int turn = 0; turn < 99; ++turn) kept = after({of_turn(turn)}, kept);
  EXPECT_EQ(kept.answers.size(), 20u);
  for (int turn = 0; turn < 99; ++turn) EXPECT_FALSE(is_news(of_turn(turn), kept)) << turn;

  answer_seen other = sample_answer("r2", "ns32", "REFUSED");
  EXPECT_TRUE(is_news(with_answer(other), kept)) << "what no other server says";
  kept = after({with_answer(other)}, kept);
  EXPECT_FALSE(is_news(with_answer(other), kept));
  for (int turn = 0; turn < 32; ++turn) EXPECT_FALSE(is_news(of_turn(turn), kept)) << turn;
}

TEST(Evidence, GathersWhatTheServersOfAZoneSayOneByOne) {
  evidence kept = after({poll_of(1, finding_kind::absent), poll_of(2, finding_kind::absent)});
  EXPECT_EQ(kept.records[0].published.size(), 2u);
  EXPECT_FALSE(is_news(poll_of(1, finding_kind::absent), kept));
  EXPECT_FALSE(is_news(poll_of(2, finding_kind::absent), kept));
  ASSERT_TRUE(is_news(poll_of(1, finding_kind::found), kept));
  kept = after({poll_of(1, finding_kind::found)}, kept);
  EXPECT_EQ(kept.records[0].published[0].has, finding_kind::found);
  EXPECT_EQ(kept.records[0].published[1].has, finding_kind::absent);
}

TEST(Evidence, KeepsNoMoreServersThanAreAllowedAndStillSettles) {
  std::vector<observation> turns;
  for (int i = 0; i < 40; ++i)
    turns.push_back(poll_of(i, i == 39 ? finding_kind::absent : finding_kind::found));
  const evidence kept = after(turns);
  EXPECT_EQ(kept.records[0].published.size(), evidence::most_servers);
  EXPECT_EQ(kept.records[0].published.back().has, finding_kind::absent) << "the one that says otherwise";
  for (const observation& each : turns) EXPECT_FALSE(is_news(each, kept));
}

TEST(Evidence, ForgetsTheServersThatAZoneHasNoLonger) {
  observation moved;
  moved.zone = zone_seen{"example.com", {"ns2.example.net", "ns3.example.net"}, "ns2.example.net", 1};
  const evidence kept = after({sample_observation(), moved});
  ASSERT_EQ(kept.records[0].published.size(), 1u);
  EXPECT_EQ(kept.records[0].published[0].name, "ns2.example.net");
  EXPECT_EQ(kept.zone, moved.zone);
}

TEST(Evidence, SaysNothingOfTheResolverOnceTheZoneChanged) {
  const evidence shown = after({with_record({.published = {}, .visible = visible})});
  EXPECT_EQ(shown.records[0].visible, visible);
  const evidence seen = after({poll_of(1, finding_kind::found)}, shown);
  EXPECT_EQ(seen.records[0].visible, unknown);
  const evidence again =
      after({with_record({.published = {}, .visible = hidden, .visible_at = sample_start})}, seen);
  EXPECT_EQ(again.records[0].visible, hidden);
  EXPECT_EQ(again.records[0].visible_at, sample_start);
  EXPECT_FALSE(
      is_news(with_record({.published = {}, .visible = hidden, .visible_at = sample_start + 50s}), again));
  EXPECT_TRUE(
      is_news(with_record({.published = {}, .visible = hidden, .visible_at = sample_start + 5min}), again));
  EXPECT_FALSE(is_news(poll_of(1, finding_kind::found), again)) << "a poll that does not ask the resolver";
}

TEST(Evidence, TakesADiagnosisThatSaysSomethingElse) {
  const evidence kept = after({sample_observation()});
  observation other;
  other.diagnosed = sample_report(double_domain);
  ASSERT_TRUE(is_news(other, kept));
  EXPECT_EQ(after({other}, kept).diagnosed, other.diagnosed);
}

TEST(Evidence, RemembersTheZoneOfASuccessAndForgetsWhatWasWrong) {
  const evidence before = after({sample_observation()});
  const auto verified = merge_evidence({.before = before, .news = {}, .now_verified = true});
  ASSERT_TRUE(verified);
  EXPECT_EQ(verified->zone_at_success, sample_zone());
  EXPECT_FALSE(verified->diagnosed);
  EXPECT_EQ(verified->answers, before.answers) << "the answers stay, for a dispute";

  observation moved;
  moved.zone = zone_seen{"example.com", {"ns1.example.org"}, "ns1.example.org", 1};
  const evidence later = after({moved}, *verified);
  EXPECT_EQ(later.zone, moved.zone);
  EXPECT_EQ(later.zone_at_success, sample_zone());
}

TEST(Evidence, KeepsAtASuccessWhatIsWorthKnowing) {
  observation seen;
  seen.diagnosed = sample_report(negative_cache);
  seen.diagnosed->records[1] = sample_diagnosis(ent_nxdomain, "alias.example");
  const auto verified = merge_evidence({.before = {}, .news = seen, .now_verified = true});
  ASSERT_TRUE(verified && verified->diagnosed);
  EXPECT_EQ(verified->diagnosed->whole.code, ent_nxdomain);
  EXPECT_EQ(verified->diagnosed->records[0].code, none);
}

TEST(Evidence, KeepsAtASuccessWhatItsOwnCheckFoundWrongWithRecordsInPlace) {
  observation seen;
  for (const diagnosis_code each : {txt_unresolvable, target_key_missing, not_delegated_here}) {
    seen.diagnosed = sample_report(each);
    const auto verified = merge_evidence({.before = {}, .news = seen, .now_verified = true});
    ASSERT_TRUE(verified && verified->diagnosed) << to_string(each);
    EXPECT_EQ(verified->diagnosed->whole.code, each);

    const auto later = merge_evidence({.before = *verified, .news = {}, .now_verified = true});
    ASSERT_TRUE(later) << to_string(each);
    EXPECT_FALSE(later->diagnosed) << "nobody knows whether it still is so";
  }
}

TEST(Evidence, IsBoundedWhateverComes) {
  observation seen;
  const std::string endless(5000, 'x');
  for (int i = 0; i < 100; ++i) {
    answer_seen answer = sample_answer(endless + std::to_string(i), endless, endless);
    answer.name = std::to_string(i) + endless;
    answer.type = answer.flags = answer.target = answer.extended_error = endless;
    seen.answers.push_back(answer);
  }
  seen.zone = zone_seen{endless, std::vector<std::string>(100, endless), endless, 1};
  for (auto& record : seen.records) {
    record.emplace();
    for (int i = 0; i < 100; ++i)
      record->published.push_back({endless, std::to_string(i) + endless, finding_kind::found, 1});
  }
  seen.diagnosed.emplace();
  for (diagnosis& each : seen.diagnosed->records)
    each = {not_published, endless, endless, endless, sample_start};
  seen.diagnosed->whole = seen.diagnosed->records[0];
  evidence kept = after({seen});
  EXPECT_LE(octets_of(kept), evidence::most_octets);
  kept.zone_at_success = kept.zone;
  kept = after({seen}, kept);
  EXPECT_LE(octets_of(kept), evidence::most_octets);
  EXPECT_FALSE(kept.answers.empty());
}

TEST(Evidence, TakesTheSerialOfAServerThatWasSeenWithoutOne) {
  observation polled;
  polled.records[0].emplace().published = {{"ns1", "192.0.2.1", finding_kind::absent, std::nullopt}};
  observation compared = polled;
  compared.records[0]->published[0].serial = 7;
  const evidence kept = after({polled, compared});
  EXPECT_EQ(kept.records[0].published[0].serial, 7U);

  compared.records[0]->published[0].serial = 8;
  EXPECT_FALSE(is_news(compared, kept)) << "a new serial alone is none";
}

}  // namespace
}  // namespace easydkim
