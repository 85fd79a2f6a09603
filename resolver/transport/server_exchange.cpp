// SPDX-License-Identifier: Apache-2.0
#include "resolver/transport/server_exchange.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <stdexcept>
#include <utility>

#include "resolver/transport/route.hpp"

namespace easydkim {

namespace asio = boost::asio;
using outcome = server_reply::outcome;
using transport = cares_channel::transport;

namespace {

/// Drives c-ares' time-outs while questions are under way.
constexpr auto tick = std::chrono::milliseconds{50};

dns_question composed(const server_question& what,
                      std::span<const std::uint8_t, dns_question::random_octets> random) {
  if (what.name == ".") return {{}, what.type, random, what.manner};
  return {{what.name}, what.type, random, what.manner};
}

server_question over_tcp(server_question what) {
  what.over = transport::tcp;
  return what;
}
server_question in_small_letters(server_question what) {
  what.manner.cases = question_manner::letters::small;
  return what;
}

bool has_letters(std::string_view name) {
  return std::ranges::any_of(name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
}

bool may_be_forged(const server_reply& got) {
  return got.has_content() && !got.content->kept_case && got.over == transport::udp;
}

/// A record is there, or other servers are to be asked: what a forger would want to be believed.
bool is_positive(const dns_reply& content) {
  return !content.answer.empty() || content.is_referral();
}

}  // namespace

/// A question under way, or waiting for a channel.
struct server_exchange::pending {
  server_exchange* owner = nullptr;
  server_address server;
  cares_channel::ticket ticket{};
  server_reply result{};
  std::function<void()> resume{};          // owns the coroutine that waits, which shares this
  steady_time since{};                     // when it was sent, or began to wait
  std::optional<server_question> again{};  // to be asked, too, when this one is not answered for long
  std::shared_ptr<pending> first{};        // of such a question: the one that it was asked for
  bool is_over = false;                    // has its result: what still comes for it is too late

  /// Of an authority no more than it may send: the rest is not even copied.
  void take(const cares_channel::reply& got) {
    result.what = got.what;
    if (result.asked.is_for_authority() && got.message.size() > dns_reply::longest_of_authority)
      result.what = outcome::unreadable;
    else
      result.message.assign(got.message.begin(), got.message.end());
  }
};

server_exchange::server_exchange(asio::io_context& io, options chosen,
                                 std::function<void(std::span<std::uint8_t>)> random)
    : io_{io},
      options_{chosen},
      random_{std::move(random)},
      budget_{chosen.most_octets},
      timer_{io},
      channels_{io,
                {.timeout = chosen.timeout,
                 .tries = chosen.tries,
                 .ports = chosen.ports,
                 .when_idle = cares_channel::idle::closes,
                 .max_in_flight = chosen.max_in_flight},
                after_events_} {}

server_exchange::~server_exchange() {
  alive_.reset();
  std::vector<std::shared_ptr<pending>> all{waiting_.begin(), waiting_.end()};
  all.insert(all.end(), done_.begin(), done_.end());
  for (const auto& [unused, each] : under_way_) all.push_back(each);
  for (const std::shared_ptr<pending>& each : all) each->resume = nullptr;
}

asio::awaitable<server_reply> server_exchange::ask(server_question what) {
  const bool is_authority = what.manner.recurse == question_manner::recursion::none;
  if (what.over == transport::tcp) co_return co_await ask_once(std::move(what));
  if (is_authority && has_letters(what.name)) co_return co_await ask_authority(std::move(what));
  server_reply got = co_await ask_once(what);
  if (may_be_forged(got)) got = co_await ask_once(over_tcp(std::move(what)));
  co_return got;
}

/// In mixed letters; in small ones, too, while it is silent, or first when it never answers anything else.
asio::awaitable<server_reply> server_exchange::ask_authority(server_question what) {
  const server_address server = what.server;
  const bool small_first = habits_.wants_small(server, steady_now());
  server_reply got;
  if (small_first)
    got = co_await ask_once(in_small_letters(what));
  else
    got = co_await ask_once(what, patience::and_in_small_ones);
  if (got.asked_in == question_manner::letters::small) {
    got = co_await confirmed(std::move(what), std::move(got));
    if (got.has_content())
      habits_.answered_small_only(server, steady_now());
    else
      habits_.forget(server);  // the next question goes out in both ways again
    co_return got;
  }
  if (!may_be_forged(got)) {
    if (got.has_content()) habits_.forget(server);
    co_return got;
  }
  if (!habits_.has_no_tcp(server, steady_now())) {
    got = co_await ask_once(over_tcp(what));
    if (got.has_content()) co_return got;
    habits_.had_no_tcp(server, steady_now());
  }
  server_reply small = co_await ask_once(in_small_letters(std::move(what)));
  if (small.has_content() && !may_be_forged(small)) co_return small;
  got.content.reset();  // a forgery, or as good as one
  got.held = {};
  co_return got;
}

/// What a server says in small letters, for a record or for other servers, it is to say over TCP, if it can.
asio::awaitable<server_reply> server_exchange::confirmed(server_question what, server_reply small) {
  const bool can_wait = !small.has_content() || !is_positive(*small.content);
  if (can_wait || habits_.has_no_tcp(what.server, steady_now())) co_return small;
  const server_address server = what.server;
  server_reply got = co_await ask_once(over_tcp(in_small_letters(std::move(what))));
  if (got.has_content()) co_return got;
  habits_.had_no_tcp(server, steady_now());
  co_return small;
}

asio::awaitable<server_reply> server_exchange::ask_once(server_question what, patience how) {
  const auto one = new_question(what);
  if (how == patience::and_in_small_ones) one->again = in_small_letters(what);
  const auto begin = [this, one](auto handler) {
    const auto resume = std::make_shared<decltype(handler)>(std::move(handler));
    one->resume = [resume] { std::move (*resume)(); };
    start(one);
  };
  co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(begin, asio::use_awaitable);
  server_reply& got = one->result;
  if (got.what == outcome::arrived) got.content = read_reply(got.message, got.asked);
  // The bytes are read once more for the verdict (dns_answer.hpp), which is that of authorities.
  if (!got.content || !got.asked.is_for_authority()) std::vector<std::uint8_t>{}.swap(got.message);
  if (got.content) got.held = budget_.take(got.message.capacity() + memory_of(*got.content));
  if (got.what == outcome::unreachable) got.no_route = !has_route(what.server);
  co_return std::move(got);
}

std::shared_ptr<server_exchange::pending> server_exchange::new_question(const server_question& what) {
  auto one = std::make_shared<pending>();
  one->owner = this;
  one->server = what.server;
  one->since = steady_now();
  one->result.over = what.over;
  one->result.asked_in = what.manner.cases;
  one->result.asked = composed(what, random_.take<dns_question::random_octets>());
  return one;
}

void server_exchange::start(std::shared_ptr<pending> one) {
  ++questions_total_;
  if (!waiting_.empty() || !send(one)) waiting_.push_back(std::move(one));
  post_turn();
  arm_timer();
}

/// False when no channel is free, or no room; after true, the answer may be there already.
bool server_exchange::send(const std::shared_ptr<pending>& one) {
  if (one->first && one->first->is_over) return true;  // nobody waits for it any more
  if (under_way_.size() >= options_.max_in_flight || budget_.is_spent()) return false;
  one->ticket.context = one.get();
  one->ticket.answered = [](cares_channel::ticket& by, const cares_channel::reply& got) {
    pending& ended = *static_cast<pending*>(by.context);
    if (!ended.is_over) ended.take(got);
    const auto at = ended.owner->under_way_.find(&ended);
    ended.owner->done_.push_back(std::move(at->second));
    ended.owner->under_way_.erase(at);
  };
  cares_channel* channel = nullptr;
  try {
    channel = channels_.take(one->server, one->result.over);
  } catch (const std::runtime_error&) {  // c-ares cannot make a channel now
    done_.push_back(one);
    return true;
  }
  if (channel == nullptr) return false;
  remember(one->server);
  one->since = steady_now();
  under_way_.emplace(one.get(), one);
  channel->send(one->result.asked.bytes(), one->ticket);
  return true;
}

/// The channels of the latest servers are kept; making one is dear.
void server_exchange::remember(const server_address& server) {
  constexpr std::size_t most = 16;
  if (std::ranges::find(recent_, server) != recent_.end()) return;
  if (recent_.size() == most) recent_.erase(recent_.begin());
  recent_.push_back(server);
}

/// Those who have not been answered for half the time get the same question in small letters.
void server_exchange::ask_the_silent_again() {
  const steady_time late = steady_now() - options_.timeout / 2;
  std::vector<std::shared_ptr<pending>> more;
  for (const auto& [unused, each] : under_way_) {
    if (!each->again || each->since > late) continue;
    more.push_back(new_question(*std::exchange(each->again, std::nullopt)));
    more.back()->first = each;
  }
  for (std::shared_ptr<pending>& each : more) start(std::move(each));
}

/// Whoever keeps the memory may be waiting for them, so they do not wait for long.
void server_exchange::end_those_without_room() {
  while (!waiting_.empty() && budget_.is_spent() &&
         waiting_.front()->since + options_.timeout < steady_now()) {
    waiting_.front()->result.was_sent = false;
    done_.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
}

/// Comes after each batch of events, when c-ares has returned: here may be sent, and callers go on.
void server_exchange::end_turn() {
  std::vector<std::shared_ptr<pending>> ended;
  ended.swap(done_);
  while (!waiting_.empty() && send(waiting_.front())) waiting_.pop_front();
  channels_.flush();
  channels_.tidy(recent_);
  if (!done_.empty()) post_turn();
  for (const std::shared_ptr<pending>& each : ended) {
    const std::shared_ptr<pending>& whose = each->first ? each->first : each;
    if (whose->is_over) continue;
    if (each->first) {  // silence in small letters says nothing while the other one may still be answered
      if (each->result.what != outcome::arrived) continue;
      whose->result = std::move(each->result);
    }
    whose->is_over = true;
    asio::post(io_, std::exchange(whose->resume, {}));
  }
  arm_timer();
}

void server_exchange::post_turn() {
  if (std::exchange(turn_posted_, true)) return;
  asio::post(io_, [this, still = std::weak_ptr<void>{alive_}] {
    if (still.expired()) return;
    turn_posted_ = false;
    end_turn();
  });
}

void server_exchange::arm_timer() {
  if ((under_way_.empty() && waiting_.empty()) || std::exchange(timer_armed_, true)) return;
  timer_.expires_after(tick);
  timer_.async_wait([this, still = std::weak_ptr<void>{alive_}](boost::system::error_code cancelled) {
    if (cancelled || still.expired()) return;
    timer_armed_ = false;
    channels_.tick();
    ask_the_silent_again();
    end_those_without_room();
    end_turn();
  });
}

}  // namespace easydkim
