// SPDX-License-Identifier: Apache-2.0
#include "resolver/servers/courteous_exchange.hpp"

#include <algorithm>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "resolver/recursive/recursor.hpp"
#include "resolver/wire/name_text.hpp"

namespace easydkim {

namespace asio = boost::asio;

standing standing_of(const server_reply& reply, std::string_view zone) {
  if (!reply.has_content()) return standing::silent;
  const dns_reply& content = *reply.content;
  if (content.is_referral())
    for (const resource_record& each : content.authority)
      if (each.type == rr_type::ns && is_below(each.owner, zone)) return standing::delegates;
  return content.authoritative && is_answer(reply) ? standing::responsible : standing::lame;
}

namespace {

constexpr unsigned servfail = 2;  // RFC 1035 section 4.1.1

/// Some servers fail on TXT, as when they try to follow the alias of a key, and serve the zone otherwise.
bool is_of_one_type(const server_reply& failure, rr_type asked) {
  return asked == rr_type::txt && failure.has_content() && failure.content->rcode == servfail;
}

/// A server that is silent gets its question twice, in mixed and in small letters (server_exchange).
bool was_asked_twice(const server_reply& got) {
  return got.what == server_reply::outcome::timed_out || got.asked_in == question_manner::letters::small;
}

}  // namespace

courteous_exchange::courteous_exchange(one_question ask, server_courtesy& courtesy, hooks told)
    : ask_{std::move(ask)}, courtesy_{courtesy}, hooks_{std::move(told)} {}

courteous_exchange::courteous_exchange(server_exchange& exchange, server_courtesy& courtesy, hooks told)
    : courteous_exchange{[&exchange](server_question what) { return exchange.ask(std::move(what)); },
                         courtesy, std::move(told)} {}

asio::awaitable<void> courteous_exchange::pause(duration span) {
  if (hooks_.pause) {
    co_await hooks_.pause(span);
    co_return;
  }
  asio::steady_timer timer{co_await asio::this_coro::executor, span};
  co_await timer.async_wait(asio::use_awaitable);
}

namespace {

std::string key_of(const server_address& server, std::string_view zone) {
  return server.to_string() + " " + std::string{zone};
}

}  // namespace

std::string courteous_exchange::last_failure(const server_address& server, std::string_view zone) {
  const std::string* known = failures_.find(key_of(server, zone));
  return known == nullptr ? std::string{} : *known;
}

void courteous_exchange::note(const server_address& server, std::string_view zone, const server_reply& reply) {
  const standing shown = standing_of(reply, zone);
  if (shown == standing::silent)
    failures_.at(key_of(server, zone)) = "TIMEOUT";
  else if (shown == standing::lame)
    failures_.at(key_of(server, zone)) = rcode_text(reply.content->rcode);
  else if (failures_.size() > 0)
    failures_.erase(key_of(server, zone));
}

bool courteous_exchange::leaves_alone(const server_address& server, std::string_view zone,
                                      const asking_manner& manner) {
  if (was_silent_in(server, manner)) return true;
  return !manner.also_at_rest && courtesy_.rests(server, zone, now());
}

bool courteous_exchange::was_silent_in(const server_address& server, const asking_manner& manner) {
  return manner.began != steady_time{} && courtesy_.was_silent_since(server, manner.began);
}

asio::awaitable<std::optional<server_reply>> courteous_exchange::ask(server_question what, std::string zone,
                                                                     asking_manner manner) {
  const server_address server = what.server;
  const rr_type type = what.type;
  if (was_silent_in(server, manner)) co_return std::nullopt;
  const urgency how = hooks_.gate ? hooks_.gate->urgency_of(what.name) : urgency::poll;
  pace::taker permit = pace::taker::poll;
  if (hooks_.gate) permit = co_await hooks_.gate->pass(what.name);
  // One that rests after silence is not waited for: whoever asks it next would wait in vain, too.
  // Nobody waits for a check for longer than for one question, however many it has.
  duration longest_wait = how == urgency::person ? std::min(manner.longest_wait, asking_manner::of_a_check)
                                                 : manner.longest_wait;
  if (manner.ends != steady_time{})
    longest_wait = std::min(longest_wait, std::max(manner.ends - now(), duration{0}));
  const steady_time latest = now() + longest_wait;
  const steady_time latest_for_rest = now() + std::min(longest_wait, asking_manner::of_a_poll);
  // A search for a zone is followed by questions for its records. If all those who wait were searching, none
  // of them would find the server free for what it has searched for.
  const duration patience = what.type == rr_type::soa ? longest_wait / 2 : longest_wait;
  bool waits = false;
  while (const auto later = courtesy_.may_ask(server, zone, now(), how)) {
    const bool rests = courtesy_.rests(server, zone, now());
    if (rests && manner.also_at_rest) break;
    const bool in_time = *later <= (rests ? latest_for_rest : latest);
    if (!waits && in_time) waits = courtesy_.may_wait(server, patience, how);
    if (!waits || !in_time) {
      if (waits) courtesy_.has_waited(server, how);
      if (hooks_.gate) hooks_.gate->prepay(permit);
      co_return std::nullopt;
    }
    co_await pause(*later - now());
  }
  if (waits) courtesy_.has_waited(server, how);
  courtesy_.asked(server, now(), how);
  server_reply got = co_await ask_(std::move(what));
  if (!got.was_sent) {
    courtesy_.not_sent(server);
    if (hooks_.gate) hooks_.gate->prepay(permit);
    co_return std::nullopt;
  }
  if (was_asked_twice(got)) {  // which counts twice for its rate, and once as silence
    courtesy_.asked(server, now(), how);
    courtesy_.not_sent(server);
  }
  if (hooks_.ended) hooks_.ended(server, zone, got);
  if (!got.no_route) note(server, zone, got);
  const standing seen = standing_of(got, zone);
  if (got.no_route) {  // it was not asked
    courtesy_.answered(server);
  } else if (seen == standing::silent) {
    courtesy_.silent(server, now());
    if (hooks_.silent) hooks_.silent(server);
  } else {
    courtesy_.answered(server);
    if (hooks_.answered) hooks_.answered();
  }
  if (seen == standing::lame && !is_of_one_type(got, type)) courtesy_.lame(server, zone, now());
  co_return got;
}

}  // namespace easydkim
