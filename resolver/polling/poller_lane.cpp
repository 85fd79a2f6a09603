// SPDX-License-Identifier: Apache-2.0
// What a lane of the poller does: one identity after the other, from the first question to the verdict.
#include <algorithm>
#include <array>
#include <utility>

#include "core/check_plan.hpp"
#include "core/diagnosis/after_check.hpp"
#include "core/verdict.hpp"
#include "resolver/polling/ballot.hpp"
#include "resolver/polling/check_notes.hpp"
#include "resolver/polling/poller.hpp"
#include "resolver/polling/poller_waits.hpp"
#include "resolver/wire/random_label.hpp"

namespace easydkim {
namespace {

/// A poll that needs the resolver comes again after this long while that is ill.
constexpr duration wait_while_ill = std::chrono::seconds{2};

/// No record is known to be so: what is compared with it is always news.
const finding never_seen{};

/// The zone's servers know no more than the parent says, or than silence tells.
finding finding_without_zone(const record_look& look) {
  if (look.seen.kind != finding_kind::unchecked) return look.seen;
  if (look.searched.what == zone_search::outcome::no_such_domain)
    return {finding_kind::absent, finding_reason::no_such_name, {}};
  return {finding_kind::no_answer, finding_reason::timeout, {}};
}

/// Not even a reply came.
bool is_silence(const finding& seen) noexcept {
  return seen.kind == finding_kind::no_answer &&
         (seen.reason == finding_reason::timeout || seen.reason == finding_reason::unreachable);
}

/// The servers of the zone, or of its parent, were not found: it may be our own resolver's doing.
bool needs_resolver(const record_look& look) noexcept {
  using enum zone_search::outcome;
  const zone_search::outcome what = look.searched.what;
  return what == no_resolver || what == parent_unreachable || what == unreachable || what == not_askable;
}

/// The zone's servers may not be asked yet.
finding busy_until(std::optional<time_point> ready_at, time_point now) {
  const duration wait = std::max<duration>(ready_at.value_or(now) - now, std::chrono::seconds{1});
  return {finding_kind::no_answer, finding_reason::busy,
          to_words(std::chrono::ceil<std::chrono::seconds>(wait))};
}

}  // namespace

/// TOKEN or a random label, or the text of the TXT record: in place, since every poll has one.
struct poller::asked_text {
  std::array<char, verification_token::characters> room;
  std::size_t size = 0;

  void take(std::span<const char> text) noexcept {
    std::ranges::copy(text, room.begin());
    size = text.size();
  }
  std::string_view text() const noexcept { return {room.data(), size}; }
};
static_assert(token::characters <= verification_token::characters);

poller::asked_text poller::text_of(const identity& subject, proof which, const question& next) const {
  asked_text shown;
  if (next.control)
    shown.take(random_label(hooks_.random));
  else if (which == proof::txt)
    shown.take(subject.txt_token.text());
  else
    shown.take(subject.tokens[next.record].letters());
  return shown;
}

/// For the domain's own servers.
look_order poller::zone_order(const identity& subject, proof which, std::string_view token) const {
  const bool text = which == proof::txt;
  return {.of = which,
          .label = text ? options_.txt_prefix : std::string{token},
          .domain = subject.domain.text(),
          .suffix = std::string{suffix_of(subject, options_.dns.target_suffix)},
          .text = text ? std::string{token} : std::string{}};
}

/// For a resolver. `subject` and `token` must outlive the lookup.
lookup poller::lookup_of(const identity& subject, proof which, const question& next,
                         std::string_view token) const {
  const bool confirm_by_tcp = next.way == question::way_of_asking::confirm && options_.confirm_over_tcp;
  lookup request{.label = token,
                 .domain = subject.domain.text(),
                 .suffix = subject.target_suffix,
                 .expected = next.control ? lookup::target::control : lookup::target::exact,
                 .over = confirm_by_tcp ? lookup::transport::tcp : lookup::transport::udp};
  if (which == proof::txt) {
    request.label = options_.txt_prefix;
    request.expected = lookup::target::text;
    request.text = token;
  }
  return request;
}

/// A check under way: what the steps of a lane share.
struct poller::visit {
  const job& work;
  const identity& subject;
  check::plan plan;
  server_choice servers;
  check look{plan};
  check_notes notes;
  checked_zone zone{.began = steady_now()};
  std::optional<zone_look::next> zone_said{};  // to the last question, when it went there
  std::optional<time_point> ready_at{};        // of `later`
  const resolver* silent_voter = nullptr;      // the last of those who are to confirm that did not answer

  proof which() const noexcept { return plan.of; }
  const verification& state() const noexcept { return state_of(subject, plan.of); }
  const finding& last_seen(const question& next) const noexcept {
    return findings_of(subject, plan.of)[next.record];
  }
  std::optional<time_point> majority_since(const question& next) const noexcept {
    return majority_since_of(subject, plan.of)[next.record];
  }
};

/// Only to confirm a token is the resolver asked where the zone's servers can be: its cache would keep a
/// "no", and in a signed zone the denial of the label that nobody was given would deny tokens, too (RFC
/// 8198).
lane_step poller::ask_zone(visit& at, const question& next) {
  const asked_text token = text_of(at.subject, at.which(), next);
  look_order order = zone_order(at.subject, at.which(), token.text());
  order.how = at.servers.asks_all(next) ? look_order::extent::full : look_order::extent::poll;
  if (at.work.asked_for())
    order.manner = {.longest_wait = asking_manner::of_a_check,
                    .also_at_rest = true,
                    .began = at.zone.began,
                    .ends = at.zone.began + asking_manner::of_a_check};
  if (next.control)
    order.is = expectation::target::control;
  else
    order.before = {.seen = at.last_seen(next), .majority_since = at.majority_since(next)};
  zone_asked at_servers{*this, std::move(order)};
  const bool was_ill = !watch_.healthy();
  zone_look at_zone = co_await at_servers;
  at.zone_said = at_zone.what;
  at.ready_at = at_zone.ready_at;
  const bool is_postponed = at_zone.what == zone_look::next::later && !at.work.asked_for();
  if (is_postponed || at_zone.what == zone_look::next::ask_resolver) co_return;
  if (!at.work.asked_for() && (was_ill || !watch_.healthy()) && needs_resolver(at_zone.look)) {
    at.zone_said = zone_look::next::later;
    at.ready_at = hooks_.now() + wait_while_ill;
    co_return;
  }
  at.zone_said = zone_look::next::judge;
  const bool is_busy = at_zone.what == zone_look::next::later;
  if (!is_busy && !next.control && (at.servers.is_thorough || at_zone.look.seen != at.last_seen(next)))
    at.notes.of_zone(next.record, at_zone.look, hooks_.now());
  finding seen = is_busy ? busy_until(at_zone.ready_at, hooks_.now()) : finding_without_zone(at_zone.look);
  lookups_of_zones_.ended(seen.kind, turn_began_ - at_servers.began);
  at.look.answered(std::move(seen), seen_by::authority,
                   {.decides_loss = at_zone.look.decides_loss,
                    .most = at_zone.look.most,
                    .by_resolver = at_zone.look.searched.where.by_resolver});
  // The zone of the other proof may be another one; and polls, of which there are many, keep nothing.
  if (at.work.asked_for() && at.which() == proof::dkim && !next.control)
    at.zone.add(record_slot(at.which(), next.record), std::move(at_zone.look));
}

/// Asks those who are to confirm, one after the other: all of them, so that it does not matter who comes
/// first. Only one that was silent in this check already is not waited for again, when it is not needed.
lane_step poller::confirm(visit& at, const question& next) {
  const asked_text token = text_of(at.subject, at.which(), next);
  lookup request = lookup_of(at.subject, at.which(), next, token.text());
  if (!next.control) request.known = &never_seen;
  const std::size_t quorum = voices_ == 0 ? 1 : options_.confirm.quorum;
  std::size_t replies = 0;
  ballot votes{{.quorum = quorum, .control = next.control}};
  for (std::size_t i = 0; i < confirmers_in_order_.size(); ++i) {  // SIGHUP may change them meanwhile
    resolver* const voter = confirmers_in_order_[i];
    if (votes.has_quorum() && at.silent_voter == voter) continue;
    co_await asked{*this, *voter, request, at.work.taker()};
    if (!next.control) at.notes.of_resolver({next.record, request, *voter, hooks_.now()});
    if (request.seen.kind == finding_kind::no_answer) at.silent_voter = voter;
    if (!is_silence(request.seen)) ++replies;
    const bool trusted = options_.confirm.trust_ad && voter == &resolver_;
    const bool only_trusted = trusted && voices_ > 0;  // it has no voice but for what it has checked
    if (!only_trusted || request.authenticated)
      votes.cast({std::move(request.seen), trusted && request.authenticated});
    if (votes.is_decided()) break;
  }
  if (hooks_.confirmation_ended) hooks_.confirmation_ended(replies >= quorum || votes.is_decided());
  finding result = votes.result();
  if (!next.control && result.kind == finding_kind::found) at.notes.confirmed(next.record);
  at.look.answered(std::move(result));
}

/// A poll waits for a resolver that is ill where the zone's servers alone cannot tell: nothing would be
/// learnt.
/// One a second tries all the same: that the resolver is ill may be known from one name only.
bool poller::is_in_vain(const job& work) {
  return hooks_.look_at_zone && !work.asked_for() && !watch_.healthy() &&
         !pace_while_ill_.take(pace::taker::poll, hooks_.now());
}

next_steps poller::steps_after(const visit& ended, time_point now) const {
  const bool has_room = examinations_ < options_.max_examinations;
  using enum ended_check::diagnosing;
  return after_check({.subject = ended.subject,
                      .answers = ended.look,
                      .news = ended.notes.seen(),
                      .entry = ended.work.entry,
                      .cause = ended.work.cause(),
                      .resolver_is_ill = !watch_.healthy(),
                      .room = !hooks_.examine ? off
                              : has_room      ? free
                                              : full,
                      .is_owed = owed_.contains(ended.subject.id, ended.which())},
                     now, options_.rules);
}

/// A check that is over, and left more to do than to look again later.
lane_step poller::conclude(visit& ended, next_steps steps, time_point now) {
  const proof which = ended.which();
  if (steps.why == next_steps::diagnosis::due) {
    const identity as_seen = with_findings(ended.subject, ended.look);
    ++examinations_;
    explanation why{*this, as_seen, std::move(ended.zone)};
    observation seen = co_await why;
    --examinations_;
    owed_.drop(ended.subject.id, which);
    if (!seen.diagnosed) owed_.add(ended.subject.id, which);
    ended.notes.add(std::move(seen));
    steps = steps_after(ended, now);
  }
  std::optional<identity> stored;
  if (steps.what != next_steps::writing::nothing) {
    const check nothing_seen{ended.plan};
    const check& learnt = steps.what == next_steps::writing::findings ? ended.look : nothing_seen;
    stored = co_await settlement{*this, ended.subject.id, learnt, ended.notes.seen()};
  }
  if (!ended.work.asked_for()) {
    requeue(ended.work.entry, stored ? *stored : ended.subject, hooks_.now());
    co_return;
  }
  queue_.checked(ended.subject.id, which, now);
  first_checks_.checked(ended.subject.id, which, now);
  if (stored && state_of(*stored, which).status != ended.state().status) follow(*stored, which);
  asked_.end(ended.subject.id, which, {asked_check_result::outcome::checked, &ended.look});
}

/// What a poll of a domain that stays as it is needs stands here, and what comes seldom in the steps above.
lane poller::run_lane() {
  for (;;) {
    const job work = co_await next_job{*this};
    const proof which = work.entry.which;
    occupied_lane place{*this, work};
    const std::optional<identity> subject = hooks_.load(work.entry.id);
    if (!subject) {  // deleted since it was scheduled
      if (work.asked_for()) asked_.end(work.entry.id, which, {asked_check_result::outcome::gone, nullptr});
      continue;
    }
    place.looks_for(*subject);
    const verification& state = state_of(*subject, which);
    if (!work.asked_for() && !is_looked_at(state.status)) continue;

    const check_order order{*subject, work.entry, work.cause(), options_.dns.target_suffix};
    visit at{.work = work,
             .subject = *subject,
             .plan = planned(order),
             .servers = servers_to_ask(order, hooks_.now(), options_.rules),
             .notes = {*subject, which, naming_}};
    bool has_permit = true;  // `take_job` took one, for the first lookup
    while (const std::optional<question> next = at.look.next()) {
      const bool usual = next->way == question::way_of_asking::usual;
      if (hooks_.look_at_zone && (usual || next->control)) {
        if (std::exchange(has_permit, false)) gate_.prepay(work.taker());
        co_await ask_zone(at, *next);
        if (at.zone_said == zone_look::next::later) break;
        if (at.zone_said == zone_look::next::judge) continue;
      }
      if (is_in_vain(work)) {
        at.zone_said = zone_look::next::later;
        at.ready_at = hooks_.now() + wait_while_ill;
        break;
      }
      if (!usual) {
        co_await confirm(at, *next);
        continue;
      }
      const asked_text token = text_of(*subject, which, *next);
      lookup request = lookup_of(*subject, which, *next, token.text());
      request.known = work.asked_for() ? &never_seen : &at.last_seen(*next);
      co_await asked{*this, resolver_, request, work.taker(), std::exchange(has_permit, false)};
      if (request.seen != *request.known)
        at.notes.of_resolver({next->record, request, resolver_, hooks_.now()});
      const bool in_fault = hooks_.look_at_zone != nullptr;  // else resolvers are whom the operator chose
      at.look.answered(std::move(request.seen), in_fault ? seen_by::resolver_in_fault : seen_by::resolver);
    }
    if (at.zone_said == zone_look::next::later) {
      put_back(put_off(work.entry, at.ready_at, hooks_.now(), options_.rules), work.how);
      continue;
    }

    const time_point now = hooks_.now();
    const next_steps steps = steps_after(at, now);
    if (steps.why == next_steps::diagnosis::later) owed_.add(subject->id, which);
    if (steps.why == next_steps::diagnosis::needless) owed_.drop(subject->id, which);
    if (work.asked_for() || steps.why == next_steps::diagnosis::due ||
        steps.what != next_steps::writing::nothing)
      co_await conclude(at, steps, now);
    else
      requeue(work.entry, *subject, now);
  }
}

}  // namespace easydkim
