// SPDX-License-Identifier: Apache-2.0
#include "core/diagnosis/after_check.hpp"

#include <algorithm>

#include "core/diagnosis/diagnosis_due.hpp"
#include "core/schedule.hpp"
#include "core/verdict.hpp"

namespace easydkim {
namespace {

/// A proof whose servers are busy is not looked at again before.
constexpr duration least_put_off{200};

/// Whoever could not be asked for a record cannot be asked for its causes, either.
bool is_busy(const check& answers) {
  return std::ranges::any_of(answers.findings(),
                             [](const finding& each) { return each.reason == finding_reason::busy; });
}

next_steps::diagnosis diagnosis_after(const ended_check& ended, time_point now, const policy& rules) {
  using enum next_steps::diagnosis;
  if (ended.room == ended_check::diagnosing::off || is_busy(ended.answers)) return none;
  if (ended.cause == check_cause::person) return due;
  if (is_our_fault(ended.answers, ended.resolver_is_ill)) return none;
  if (ended.answers.result() == check::outcome::in_place) return needless;
  const checked_proof checked{state_of(ended.subject, ended.answers.of()), ended.answers.result(),
                              ended.entry.last_checked};
  if (!ended.is_owed && !is_diagnosis_due(checked, now, rules)) return none;
  return ended.room == ended_check::diagnosing::free ? due : later;
}

next_steps::writing writing_after(const ended_check& ended, time_point now, const policy& rules) {
  using enum next_steps::writing;
  if (is_our_fault(ended.answers, ended.resolver_is_ill)) return ended.news.diagnosed ? news_alone : nothing;
  if (!ended.news.empty() || apply_check(ended.subject, ended.answers, now, rules)) return findings;
  return nothing;
}

}  // namespace

next_steps after_check(const ended_check& ended, time_point now, const policy& rules) {
  return {.why = diagnosis_after(ended, now, rules), .what = writing_after(ended, now, rules)};
}

bool is_our_fault(const check& answers, bool resolver_is_ill) noexcept {
  return resolver_is_ill && answers.result() == check::outcome::silent;
}

std::optional<due_queue::entry> after_poll(const due_queue::entry& taken, const identity& stored,
                                           time_point now, const policy& rules) noexcept {
  const std::optional<time_point> due = next_check({stored, taken.which}, now, rules);
  if (!due) return std::nullopt;
  return due_queue::entry{.id = taken.id,
                          .which = taken.which,
                          .due = *due,
                          .last_checked = now,
                          .turn = (taken.turn + 1) % records_per_identity};
}

due_queue::entry put_off(due_queue::entry taken, std::optional<time_point> ready_at, time_point now,
                         const policy& rules) noexcept {
  const duration longest = std::max(rules.max_interval, least_put_off);
  taken.due = std::clamp(ready_at.value_or(now), now + least_put_off, now + longest);
  return taken;
}

std::optional<due_queue::entry> in_new_rhythm(due_queue::entry waiting, const identity& stored,
                                              time_point now, const policy& rules) noexcept {
  const std::optional<time_point> due = next_check({stored, waiting.which}, now, rules);
  if (!due) return std::nullopt;
  waiting.due = *due;
  return waiting;
}

}  // namespace easydkim
