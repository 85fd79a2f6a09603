// SPDX-License-Identifier: Apache-2.0
#include "daemon/operations/identity_issue.hpp"

#include <utility>

namespace easydkim {

namespace asio = boost::asio;

namespace {

/// On the store thread. `tokens_were_used`: others must be drawn.
result<committed_change> issue_in(write_group& group, const issue& order, time_point now) {
  const std::optional<identity> there = group.find(order.account, order.domain);
  const dkim_status status = there ? state_of(*there, order.wanted).status : dkim_status::not_started;
  if (is_looked_at(status)) return committed_change{there, there};  // a twin request was faster
  if (status == dkim_status::not_started && order.wanted == proof::dkim &&
      group.use_of(order.tokens, order.account) != former_use::none)
    return errc::tokens_were_used;
  if (there) {
    const identity again = issued(*there, order, now);
    if (const result<void> written = group.update(again); !written) return written.error();
    return committed_change{there, again};
  }
  result<identity> fresh = group.insert(issued(order, now));
  if (!fresh) return fresh.error();
  return committed_change{std::nullopt, *std::move(fresh)};
}

}  // namespace

issue identity_issue::order_of(const caller& by, domain_name domain, proof wanted) {
  issue order{.account = by.account,
              .domain = std::move(domain),
              .wanted = wanted,
              .target_suffix = with_.target_suffix};
  if (wanted == proof::dkim)
    order.tokens = make_tokens(with_.random.take<records_per_identity * token::octets>());
  else
    order.txt_token = verification_token{with_.random.take<verification_token::octets>()};
  return order;
}

asio::awaitable<result<identity>> identity_issue::begin(caller by, domain_name domain, proof wanted) {
  issue order = order_of(by, std::move(domain), wanted);
  const std::optional<identity> known = with_.store.find(order.account, order.domain);
  if (known && is_looked_at(state_of(*known, wanted).status)) co_return *known;
  if (!known && with_.quota.room(order.account) == 0) co_return errc::identity_limit;

  const account_quota::reservation held{with_.quota, order.account, known ? 0U : 1U};
  result<committed_change> change = errc::tokens_were_used;
  while (!change && change.error() == errc::tokens_were_used) {
    const auto work = [order, now = with_.now()](write_group& group) {
      return issue_in(group, order, now);
    };  // named, for g++ 12 destroys a temporary that is awaited twice
    change = co_await with_.writer.write(work);
    if (!change) order.tokens = order_of(by, order.domain, wanted).tokens;  // for the next time, if any
  }
  if (!change) co_return change.error();
  with_.effects.follow(*change, by);
  co_return *std::move(change->after);
}

}  // namespace easydkim
