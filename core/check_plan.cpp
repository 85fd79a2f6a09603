#include "core/check_plan.hpp"

#include <algorithm>

#include "core/verdict.hpp"

namespace easydkim {

check::plan planned(const check_order& order) noexcept {
  const proof which = order.entry.which;
  return {.status = state_of(order.subject, which).status,
          .how_much = order.cause == check_cause::person ? check::extent::full : check::extent::poll,
          .first = first_record(findings_of(order.subject, which), order.entry.turn),
          .of = which,
          .tokens = &order.subject.tokens,
          .suffix = suffix_of(order.subject, order.suffix)};
}

bool may_take_away(const verification& state, time_point now, const policy& rules) noexcept {
  if (state.status == dkim_status::success) return true;
  return now >= (state.status == dkim_status::pending ? window_end(state, rules)
                                                      : grace_end(state, rules).value_or(now));
}

bool is_seen_to_differ(const identity& subject, proof which) noexcept {
  return std::ranges::any_of(findings_of(subject, which), [](const finding& each) {
    return each.reason == finding_reason::on_some_servers;
  });
}

}  // namespace easydkim
