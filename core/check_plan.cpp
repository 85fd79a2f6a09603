#include "core/check_plan.hpp"

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

}  // namespace easydkim
