#include "resolver/server_exchange.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <stdexcept>
#include <utility>

namespace easydkim {

namespace asio = boost::asio;

namespace {

/// Drives c-ares' time-outs while questions are under way.
constexpr auto tick = std::chrono::milliseconds{50};

dns_question composed(const server_question& what,
                      std::span<const std::uint8_t, dns_question::random_octets> random) {
  if (what.name == ".") return {{}, what.type, random, what.manner};
  return {{what.name}, what.type, random, what.manner};
}

}  // namespace

/// A question under way, or waiting for a channel.
struct server_exchange::pending {
  server_exchange* owner = nullptr;
  server_address server;
  cares_channel::transport over = cares_channel::transport::udp;
  cares_channel::ticket ticket{};
  server_reply result{};
  std::function<void()> resume{};  // owns the coroutine that waits, which shares this
};

server_exchange::server_exchange(asio::io_context& io, options chosen,
                                 std::function<void(std::span<std::uint8_t>)> random)
    : io_{io},
      options_{chosen},
      random_{std::move(random)},
      timer_{io},
      channels_{io,
                {.timeout = chosen.timeout,
                 .tries = chosen.tries,
                 .ports = chosen.ports,
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
  using transport = cares_channel::transport;
  server_reply got = co_await ask_once(what);
  const bool may_be_forged = got.has_content() && !got.content->kept_case && what.over == transport::udp;
  if (!may_be_forged) co_return got;
  what.over = transport::tcp;
  co_return co_await ask_once(what);
}

asio::awaitable<server_reply> server_exchange::ask_once(const server_question& what) {
  const auto one = std::make_shared<pending>();
  one->owner = this;
  one->server = what.server;
  one->over = what.over;
  one->result.over = what.over;
  one->result.asked = composed(what, random_.take<dns_question::random_octets>());
  const auto begin = [this, one](auto handler) {
    const auto resume = std::make_shared<decltype(handler)>(std::move(handler));
    one->resume = [resume] { std::move (*resume)(); };
    start(one);
  };
  co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(begin, asio::use_awaitable);
  if (one->result.what == server_reply::outcome::arrived)
    one->result.content = read_reply(one->result.message, one->result.asked);
  co_return std::move(one->result);
}

void server_exchange::start(std::shared_ptr<pending> one) {
  ++questions_total_;
  if (!waiting_.empty() || !send(one)) waiting_.push_back(std::move(one));
  post_turn();
  arm_timer();
}

/// False when no channel is free; after true, the answer may be there already.
bool server_exchange::send(const std::shared_ptr<pending>& one) {
  if (under_way_.size() >= options_.max_in_flight) return false;
  one->ticket.context = one.get();
  one->ticket.answered = [](cares_channel::ticket& by, const cares_channel::reply& got) {
    pending& ended = *static_cast<pending*>(by.context);
    ended.result.what = got.what;
    ended.result.message.assign(got.message.begin(), got.message.end());
    const auto at = ended.owner->under_way_.find(&ended);
    ended.owner->done_.push_back(std::move(at->second));
    ended.owner->under_way_.erase(at);
  };
  cares_channel* channel = nullptr;
  try {
    channel = channels_.take(one->server, one->over);
  } catch (const std::runtime_error&) {  // c-ares cannot make a channel now
    done_.push_back(one);
    return true;
  }
  if (channel == nullptr) return false;
  remember(one->server);
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

/// Comes after each batch of events, when c-ares has returned: here may be sent, and callers go on.
void server_exchange::end_turn() {
  std::vector<std::shared_ptr<pending>> ended;
  ended.swap(done_);
  while (!waiting_.empty() && send(waiting_.front())) waiting_.pop_front();
  channels_.flush();
  channels_.tidy(recent_);
  if (!done_.empty()) post_turn();
  for (const std::shared_ptr<pending>& each : ended) boost::asio::post(io_, std::exchange(each->resume, {}));
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
  if (under_way_.empty() || std::exchange(timer_armed_, true)) return;
  timer_.expires_after(tick);
  timer_.async_wait([this, still = std::weak_ptr<void>{alive_}](boost::system::error_code cancelled) {
    if (cancelled || still.expired()) return;
    timer_armed_ = false;
    channels_.tick();
    end_turn();
  });
}

}  // namespace easydkim
