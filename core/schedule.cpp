// SPDX-License-Identifier: Apache-2.0
#include "core/schedule.hpp"

#include <algorithm>

#include "core/verdict.hpp"

namespace easydkim {
namespace {

duration part_of(duration span, double part) noexcept {
  return duration{static_cast<duration::rep>(static_cast<double>(span.count()) * part)};
}

/// The same number in [0, 1) for the same id, evenly spread over ids (the finaliser of splitmix64).
double spread(identity_id id) noexcept {
  id = (id ^ (id >> 30)) * 0xbf58476d1ce4e5b9U;
  id = (id ^ (id >> 27)) * 0x94d049bb133111ebU;
  return static_cast<double>((id ^ (id >> 31)) >> 11) * 0x1p-53;
}

/// Up to a tenth earlier, so that identities issued together do not stay together.
duration jittered(duration interval, identity_id id, const policy& rules) noexcept {
  return std::max(rules.min_interval, part_of(interval, 1.0 - 0.1 * spread(id)));
}

/// Who was verified by resolvers alone, for a fault of ours, is looked at within an hour after the fault.
constexpr duration longest_unproven = std::chrono::hours{1};

/// Every `recheck_interval` after the success, whenever the daemon was started since; ids are spread over a
/// tenth.
time_point next_recheck(const watched& subject, time_point now, const policy& rules) noexcept {
  const bool is_unproven = subject.state.verified_by == verifier::resolver_in_fault;
  const duration longest = is_unproven ? longest_unproven : rules.recheck_interval;
  const duration interval = std::max(std::min(rules.recheck_interval, longest), duration{1});
  const time_point phase = subject.state.verified_at.value_or(subject.state.window_started_at) -
                           part_of(interval, 0.1 * spread(subject.id));
  const auto rounds = std::max<duration::rep>(0, (now - phase) / interval) + 1;
  return std::min(phase + rounds * interval, now + interval);
}

/// `when`, or the deadline if that comes before: the check that decides is not waited for.
time_point no_later_than(std::optional<time_point> deadline, time_point when, time_point now) noexcept {
  return deadline && *deadline > now ? std::min(when, *deadline) : when;
}

/// The interval that a proof is in, and the deadline that cuts it.
struct rhythm {
  duration interval;
  std::optional<time_point> deadline;
};
std::optional<rhythm> rhythm_of(const watched& subject, time_point now, const policy& rules) noexcept {
  switch (subject.state.status) {
    case dkim_status::pending:
      return rhythm{interval_at(now - subject.state.window_started_at, rules),
                    window_end(subject.state, rules)};
    case dkim_status::temporary_failure:
      return rhythm{interval_at(now - subject.state.lost_at.value_or(now), rules),
                    grace_end(subject.state, rules)};
    case dkim_status::success:
      return rhythm{std::min(rules.recheck_interval, rules.max_interval), std::nullopt};  // after a miss
    case dkim_status::failed:
    case dkim_status::not_started:
      break;
  }
  return std::nullopt;
}

}  // namespace

duration interval_at(duration age, const policy& rules) noexcept {
  return std::clamp(part_of(std::max(age, duration{0}), rules.growth), rules.min_interval,
                    rules.max_interval);
}

std::optional<time_point> next_check(const watched& subject, time_point now, const policy& rules) noexcept {
  if (subject.state.status == dkim_status::success && subject.state.misses == 0)
    return next_recheck(subject, now, rules);
  const auto current = rhythm_of(subject, now, rules);
  if (!current) return std::nullopt;
  if (subject.state.status == dkim_status::success) return now + current->interval;
  return no_later_than(current->deadline, now + jittered(current->interval, subject.id, rules), now);
}

std::optional<time_point> check_after_issue(const watched& subject, const policy& rules) noexcept {
  if (subject.state.status != dkim_status::pending) return std::nullopt;
  return no_later_than(window_end(subject.state, rules), subject.state.window_started_at + rules.first_check,
                       subject.state.window_started_at);
}

std::optional<time_point> check_after_start(const watched& subject, time_point now,
                                            const policy& rules) noexcept {
  if (subject.state.status == dkim_status::success && subject.state.misses == 0)
    return next_recheck(subject, now, rules);
  const auto current = rhythm_of(subject, now, rules);
  if (!current) return std::nullopt;
  return no_later_than(current->deadline, now + part_of(current->interval, spread(subject.id)), now);
}

}  // namespace easydkim
