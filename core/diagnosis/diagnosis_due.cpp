// SPDX-License-Identifier: Apache-2.0
#include "core/diagnosis/diagnosis_due.hpp"

#include <algorithm>

#include "core/schedule.hpp"
#include "core/verdict.hpp"

namespace easydkim {
namespace {

/// Without a check before this one, as after a start, the last one is taken to be an interval ago: so a start
/// does not have everything explained again.
bool is_at_an_age(const checked_proof& proof, time_point now, const policy& rules) noexcept {
  const time_point begin = proof.state.window_started_at;
  const time_point before = proof.before.value_or(now - interval_at(now - begin, rules));
  return std::ranges::any_of(explained_ages,
                             [&](duration age) { return before < begin + age && begin + age <= now; });
}

}  // namespace

bool is_diagnosis_due(const checked_proof& proof, time_point now, const policy& rules) noexcept {
  if (proof.outcome == check::outcome::in_place) return false;
  const bool negative =
      proof.outcome == check::outcome::negative || proof.outcome == check::outcome::undecided;
  switch (proof.state.status) {
    case dkim_status::pending:
      return is_at_an_age(proof, now, rules) || (negative && now >= window_end(proof.state, rules));
    case dkim_status::success:
      return negative && proof.state.misses + 1 >= misses_before_temporary_failure;
    case dkim_status::temporary_failure:
      return negative && now >= grace_end(proof.state, rules).value_or(now);
    case dkim_status::failed:
    case dkim_status::not_started:
      break;
  }
  return false;
}

}  // namespace easydkim
