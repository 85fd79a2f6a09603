// What a lane of the poller does: one identity after the other, from the first question to the verdict.
#include <utility>

#include "core/diagnosis_due.hpp"
#include "core/schedule.hpp"
#include "core/verdict.hpp"
#include "resolver/ballot.hpp"
#include "resolver/check_notes.hpp"
#include "resolver/poller.hpp"
#include "resolver/poller_waits.hpp"
#include "resolver/random_label.hpp"

namespace easydkim {
namespace {

/// No record is known to be so: what is compared with it is always news.
const finding never_seen{};

/// What takes something away asks all servers: a check of what is verified, and one at the end of the time
/// that the proof has.
bool may_take_away(const verification& state, time_point now, const policy& rules) noexcept {
  if (state.status == dkim_status::success) return true;
  return now >= (state.status == dkim_status::pending ? window_end(state, rules)
                                                      : grace_end(state, rules).value_or(now));
}

identity with_findings(identity subject, proof which, const check& look) {
  const std::span<finding> findings = findings_of(subject, which);
  for (std::size_t i = 0; i < findings.size(); ++i)
    if (look.findings()[i].kind != finding_kind::unchecked) findings[i] = look.findings()[i];
  return subject;
}

/// The zone's servers know no more than the parent says, or than silence tells.
finding finding_without_zone(const record_look& look) {
  if (look.seen.kind != finding_kind::unchecked) return look.seen;
  if (look.searched.what == zone_search::outcome::no_such_domain)
    return {finding_kind::absent, finding_reason::no_such_name, {}};
  return {finding_kind::no_answer, finding_reason::timeout, {}};
}

void append(observation& to, observation&& more) {
  to.answers.insert(to.answers.end(), more.answers.begin(), more.answers.end());
  if (more.zone) to.zone = std::move(more.zone);
  for (std::size_t i = 0; i < most_records; ++i)
    if (more.records[i]) to.records[i] = std::move(more.records[i]);
  if (more.diagnosed) to.diagnosed = std::move(more.diagnosed);
}

}  // namespace

/// TOKEN or a random label; or the text of the TXT record.
std::string poller::token_of(const identity& subject, proof which, const question& next) const {
  if (next.control) return random_label(hooks_.random);
  return which == proof::txt ? subject.txt_token.text() : subject.tokens[next.record].text();
}

/// For the domain's own servers.
look_order poller::zone_order(const identity& subject, proof which, std::string_view token) const {
  const bool text = which == proof::txt;
  return {.of = which,
          .label = text ? options_.txt_prefix : std::string{token},
          .domain = subject.domain.text(),
          .suffix = options_.dns.target_suffix,
          .text = text ? std::string{token} : std::string{}};
}

/// For a resolver. `subject` and `token` must outlive the lookup.
lookup poller::lookup_of(const identity& subject, proof which, const question& next,
                         std::string_view token) const {
  const bool confirm_by_tcp = next.way == question::way_of_asking::confirm && options_.confirm_over_tcp;
  lookup request{.label = token,
                 .domain = subject.domain.text(),
                 .expected = next.control ? lookup::target::any_in_suffix : lookup::target::exact,
                 .over = confirm_by_tcp ? lookup::transport::tcp : lookup::transport::udp};
  if (which == proof::txt) {
    request.label = options_.txt_prefix;
    request.expected = lookup::target::text;
    request.text = token;
  }
  return request;
}

/// Those that nobody asked for take no more than their part of the lanes.
bool poller::may_examine(const job& work) const noexcept {
  return hooks_.examine && (work.asked_for() || examinations_ < options_.max_examinations);
}

lane poller::run_lane() {
  for (;;) {
    const job work = co_await next_job{*this};
    const std::optional<identity> subject = hooks_.load(work.entry.id);
    if (!subject) {  // deleted since it was scheduled
      if (work.asked_for()) work.done(nullptr);
      continue;
    }
    const proof which = work.entry.which;
    const verification& state = state_of(*subject, which);
    if (!work.asked_for() && !is_looked_at(state.status)) continue;

    const check::plan plan{.status = state.status,
                           .how_much = work.asked_for() ? check::extent::full : check::extent::poll,
                           .first = first_record(findings_of(*subject, which), work.entry.turn),
                           .of = which};
    check look{plan};
    check_notes notes{*subject, which, naming_};
    const bool thorough = work.asked_for() || may_take_away(state, hooks_.now(), options_.rules);
    std::optional<zone_look> postponed;
    bool has_permit = !work.asked_for();  // `take_job` took one, for the first lookup of a poll
    while (const std::optional<question> next = look.next()) {
      if (!std::exchange(has_permit, false)) pace_.charge();
      const std::string token = token_of(*subject, which, *next);
      const finding& last_seen = findings_of(*subject, which)[next->record];
      const bool usual = next->way == question::way_of_asking::usual;
      // Only to confirm a token is the resolver asked: its cache would keep a "no", and in a signed zone the
      // denial of the label that nobody was given would deny tokens, too (RFC 8198).
      if ((usual || next->control) && hooks_.look_at_zone) {
        look_order order = zone_order(*subject, which, token);
        order.before = {last_seen, state.checked_at};
        order.turn = work.entry.turn;
        order.how = thorough || next->control ? look_order::extent::full : look_order::extent::poll;
        if (next->control) {
          order.is = expectation::target::any_in_suffix;
          order.before = {};
        }
        zone_asked at_servers{*this, std::move(order)};
        zone_look at_zone = co_await at_servers;
        if (at_zone.what == zone_look::next::later && !work.asked_for()) {
          postponed = std::move(at_zone);
          break;
        }
        if (at_zone.what != zone_look::next::ask_resolver) {
          if (!next->control && (thorough || at_zone.look.seen != last_seen))
            notes.of_zone(next->record, at_zone.look);
          look.answered(finding_without_zone(at_zone.look), seen_by::authority);
          continue;
        }
      }

      lookup request = lookup_of(*subject, which, *next, token);
      if (!next->control) request.known = usual && !work.asked_for() ? &last_seen : &never_seen;
      if (usual) {
        co_await asked{*this, resolver_, request};
        if (request.seen != *request.known)
          notes.of_resolver({next->record, request, resolver_.server_of(request), hooks_.now()});
        look.answered(std::move(request.seen));
        continue;
      }

      ballot votes{{.quorum = voices_ == 0 ? 1 : options_.confirm.quorum, .control = next->control}};
      for (std::size_t i = 0; i < confirmers_in_order_.size(); ++i) {  // SIGHUP may change them meanwhile
        resolver* const voter = confirmers_in_order_[i];
        co_await asked{*this, *voter, request};
        if (!next->control)
          notes.of_resolver({next->record, request, voter->server_of(request), hooks_.now()});
        const bool trusted = options_.confirm.trust_ad && voter == &resolver_;
        const bool only_trusted = trusted && voices_ > 0;  // it has no voice but for what it has checked
        if (!only_trusted || request.authenticated)
          votes.cast({std::move(request.seen), trusted && request.authenticated});
        if (votes.is_decided()) break;
      }
      look.answered(votes.result());
    }
    if (postponed) {
      postpone(work.entry, postponed->ready_at);
      continue;
    }

    const time_point now = hooks_.now();
    const bool our_fault = look.result() == check::outcome::silent && !health_.healthy();
    const bool explain =
        work.asked_for() || (!our_fault && is_diagnosis_due({state, look.result(), work.entry.last_checked},
                                                            now, options_.rules));
    if (explain && may_examine(work)) {
      const identity as_seen = with_findings(*subject, which, look);
      ++examinations_;
      explanation why{*this, as_seen};
      append(notes.seen(), co_await why);
      --examinations_;
    }

    // What our own silence says is kept only for who asked, and without the findings.
    std::optional<check> nothing_seen;
    const check& learnt = our_fault ? nothing_seen.emplace(plan) : look;
    const bool is_news = our_fault ? notes.seen().diagnosed.has_value()
                                   : judged(*subject, look, now, options_.rules) || !notes.seen().empty();
    std::optional<identity> stored;
    if (is_news) stored = co_await settlement{*this, work.entry.id, learnt, notes.seen()};
    if (work.asked_for()) {
      queue_.checked(work.entry.id, which, now);
      if (stored && state_of(*stored, which).status != state.status) follow(*stored, which);
      work.done(&look);
    } else {
      requeue(work.entry, stored ? *stored : *subject);
    }
  }
}

}  // namespace easydkim
