// SPDX-License-Identifier: Apache-2.0
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

server_choice servers_to_ask(const check_order& order, time_point now, const policy& rules) noexcept {
  const proof which = order.entry.which;
  const bool takes_away = may_take_away(state_of(order.subject, which), now, rules);
  return {.is_thorough = order.cause == check_cause::person || takes_away,
          .they_differ = std::ranges::any_of(
              findings_of(order.subject, which),
              [](const finding& each) { return each.reason == finding_reason::on_some_servers; })};
}

}  // namespace easydkim
