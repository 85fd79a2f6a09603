// SPDX-License-Identifier: Apache-2.0
#include "resolver/recursive/recursor.hpp"

#include <utility>

namespace easydkim {

namespace asio = boost::asio;

bool is_answer(const server_reply& reply) noexcept {
  return reply.has_content() && (reply.content->rcode == 0 || reply.content->says_no_such_name());
}

recursor::recursor(one_question ask, std::vector<server_address> servers, hooks told)
    : ask_{std::move(ask)}, servers_{std::move(servers)}, hooks_{std::move(told)} {}

recursor::recursor(server_exchange& exchange, std::vector<server_address> servers, hooks told)
    : recursor{[&exchange](server_question what) { return exchange.ask(std::move(what)); },
               std::move(servers), std::move(told)} {}

void recursor::set_servers(std::vector<server_address> servers) {
  servers_ = std::move(servers);
  preferred_ = 0;
}

/// That they are ill may be known from one name only: what polls ask shows it, too.
bool recursor::may_try() {
  constexpr duration between_tries{1000};
  const steady_time now = steady_now();
  if (now < next_try_) return false;
  next_try_ = now + between_tries;
  return true;
}

asio::awaitable<server_reply> recursor::ask(std::string name, rr_type type, question_manner manner) {
  const std::vector<server_address> servers = servers_;  // as they are now, also when they are replaced
  const std::size_t first = preferred_;
  server_reply best;
  const bool somebody_waits = hooks_.gate && hooks_.gate->urgency_of(name) == urgency::person;
  if (hooks_.answers && !hooks_.answers() && !somebody_waits && !may_try()) co_return best;
  for (std::size_t i = 0; i < servers.size(); ++i) {
    const std::size_t turn = (first + i) % servers.size();
    server_question question{.server = servers[turn], .name = name, .type = type, .manner = manner};
    if (hooks_.gate) co_await hooks_.gate->pass(name);
    server_reply got = co_await ask_(std::move(question));
    got.from = servers[turn];
    const bool answered = is_answer(got);
    if (i == 0 || answered || (got.has_content() && !best.has_content())) best = std::move(got);
    if (!answered) continue;
    if (servers == servers_) preferred_ = turn;
    break;
  }
  // Who may not pass a question on may well refuse it, and live.
  const bool tells_health = best.was_sent && manner.recurse == question_manner::recursion::desired;
  if (hooks_.asked && tells_health) hooks_.asked(is_answer(best));
  co_return best;
}

}  // namespace easydkim
