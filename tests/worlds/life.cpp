// SPDX-License-Identifier: Apache-2.0
#include "tests/worlds/life.hpp"

#include <algorithm>
#include <utility>

#include "core/check_plan.hpp"
#include "core/diagnosis/after_check.hpp"
#include "core/schedule.hpp"
#include "core/verdict.hpp"
#include "resolver/polling/ballot.hpp"
#include "resolver/wire/random_label.hpp"

namespace easydkim::worlds {

namespace asio = boost::asio;

namespace {

finding finding_without_zone(const record_look& look) {
  if (look.seen.kind != finding_kind::unchecked) return look.seen;
  if (look.searched.what == zone_search::outcome::no_such_domain)
    return {finding_kind::absent, finding_reason::no_such_name, {}};
  return {finding_kind::no_answer, finding_reason::timeout, {}};
}

/// One identity on its way.
struct person {
  life_parts of;
  identity subject;
  due_queue::entry entry{};

  std::string random_text() {
    const auto letters = random_label([this](std::span<std::uint8_t> portion) { of.net.random(portion); });
    return {letters.begin(), letters.end()};
  }

  finding resolver_word(const question& next, const std::string& label, bool by_tcp) {
    const expectation expected{.label = label,
                               .suffix = suffix,
                               .text = {},
                               .is = next.control ? expectation::target::control : expectation::target::exact,
                               .over = by_tcp ? expectation::transport::tcp : expectation::transport::udp};
    return of.net.look_up(label, expected);
  }

  /// Nothing when the check was put off, until `ready_at`.
  asio::awaitable<std::optional<check>> look(bool asked_for, std::optional<time_point>& ready_at) {
    const check_order wanted{subject, entry, asked_for ? check_cause::person : check_cause::schedule, suffix};
    check look{planned(wanted)};
    const server_choice servers = servers_to_ask(wanted, of.time.wall(), of.in.rules);
    const steady_time began = of.time.steady();
    while (const std::optional<question> next = look.next()) {
      const std::string label = next->control ? random_text() : subject.tokens[next->record].text();
      const bool usual = next->way == question::way_of_asking::usual;
      if (usual || next->control) {
        look_order order{
            .of = proof::dkim,
            .label = label,
            .domain = subject.domain.text(),
            .suffix = std::string{suffix},
            .text = {},
            .how = servers.asks_all(*next) ? look_order::extent::full : look_order::extent::poll};
        if (asked_for)
          order.manner = {.longest_wait = asking_manner::of_a_check, .also_at_rest = true, .began = began,
                          .ends = began + asking_manner::of_a_check};
        if (next->control)
          order.is = expectation::target::control;
        else
          order.before = {subject.findings[next->record],
                          majority_since_of(subject, proof::dkim)[next->record]};
        const zone_look at_zone = co_await of.look(std::move(order));
        ready_at = at_zone.ready_at;
        if (at_zone.what == zone_look::next::later && !asked_for) co_return std::nullopt;
        if (at_zone.what != zone_look::next::ask_resolver) {
          look.answered(finding_without_zone(at_zone.look), seen_by::authority,
                        {.decides_loss = at_zone.look.decides_loss, .most = at_zone.look.most});
          continue;
        }
      }
      if (usual) {
        look.answered(resolver_word(*next, label, false), seen_by::resolver_in_fault);
        continue;
      }
      ballot votes{{.quorum = 1, .control = next->control}};
      votes.cast({resolver_word(*next, label, true), false});
      look.answered(votes.result());
    }
    co_return look;
  }

  void write(const check& done, bool asked_for) {
    if (of.lines == nullptr) return;
    std::string line = stamp(of.time.now()) + (asked_for ? "== check: " : "== poll: ");
    for (const finding& each : done.findings())
      line += std::string{to_string(each.kind)} + "/" + std::string{to_string(each.reason)} +
              (each.observed.empty() ? "" : "(" + each.observed + ")") + " ";
    of.lines->push_back(line + "-> " + std::string{to_string(subject.dkim.status)} + ", misses " +
                        std::to_string(subject.dkim.misses));
  }
};

}  // namespace

dkim_status biography::at(duration when) const {
  dkim_status present = dkim_status::pending;
  for (const status_change& each : changes)
    if (each.at <= when) present = each.to;
  return present;
}

asio::awaitable<void> live(life_parts of, biography& into) {
  person one{.of = of,
             .subject = issued({.account = "default",
                                .domain = domain_name::parse(of.in.domain).value(),
                                .wanted = proof::dkim,
                                .tokens = of.in.tokens},
                               of.time.wall())};
  one.subject.id = of.in.seed + 1;
  const policy& rules = of.in.rules;
  std::optional<due_queue::entry> waiting;
  if (const auto first = check_after_issue({one.subject, proof::dkim}, rules))
    waiting = due_queue::entry{
        .id = one.subject.id, .which = proof::dkim, .due = *first, .last_checked = std::nullopt};
  auto asked = of.in.checks.begin();
  while (waiting || asked != of.in.checks.end()) {
    const bool asked_for =
        asked != of.in.checks.end() && (!waiting || simulated_time::begin + *asked < waiting->due);
    const duration next = asked_for ? *asked : waiting->due - simulated_time::begin;
    one.entry = waiting.value_or(due_queue::entry{
        .id = one.subject.id, .which = proof::dkim, .due = {}, .last_checked = std::nullopt});
    if (next > of.in.end) break;
    if (asked_for) ++asked;
    co_await of.time.pause(next - of.time.now());
    if (asked_for && !is_looked_at(one.subject.dkim.status)) continue;
    if (of.before_check) co_await of.before_check();
    ++into.polls;
    const duration began = of.time.now();
    std::optional<time_point> ready_at;
    const std::optional<check> done = co_await one.look(asked_for, ready_at);
    const time_point now = of.time.wall();
    if (!done) {
      waiting = put_off(one.entry, ready_at, now, rules);
      continue;
    }
    const dkim_status before = one.subject.dkim.status;
    const observation nothing_more;
    const next_steps steps = after_check({.subject = one.subject,
                                          .answers = *done,
                                          .news = nothing_more,
                                          .entry = one.entry,
                                          .cause = asked_for ? check_cause::person : check_cause::schedule},
                                         now, rules);
    if (steps.what == next_steps::writing::findings)
      if (auto after = apply_check(one.subject, *done, now, rules)) one.subject = *std::move(after);
    one.write(*done, asked_for);
    const dkim_status status = one.subject.dkim.status;
    if (!asked_for)
      waiting = after_poll(one.entry, one.subject, now, rules);
    else if (status != before && waiting)
      waiting = in_new_rhythm(*waiting, one.subject, now, rules);
    if (status == before) continue;
    into.last = status;
    into.changes.push_back({.from = before, .to = status, .began = began, .at = of.time.now()});
    if (!of.goes_on(into.changes.back())) break;
  }
  into.ended = of.time.now();
  into.questions = of.net.questions();
}

}  // namespace easydkim::worlds
