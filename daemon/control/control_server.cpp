// SPDX-License-Identifier: Apache-2.0
#include "daemon/control/control_server.hpp"

#include <spdlog/spdlog.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "daemon/control/peer.hpp"
#include "daemon/process/accept_clients.hpp"
#include "daemon/process/not_waited_for.hpp"

namespace easydkim {

namespace asio = boost::asio;
using asio::local::stream_protocol;
using std::chrono::steady_clock;

namespace {

constexpr std::chrono::seconds between_sweeps{5};

/// Whoever is refused may try again at once, and again: his refusals share a line of the log.
constexpr std::chrono::seconds between_lines{10};

open_client seen(const control_connection& connection, std::uint32_t uid, bool is_kept) {
  return {.uid = uid,
          .is_kept = is_kept,
          .watches = connection.watches(),
          .idle_since = connection.idle() ? std::optional{connection.last_active()} : std::nullopt};
}

}  // namespace

control_server::control_server(asio::io_context& io, control_socket& socket, const control_services& services,
                               change_feed& feed, connection_limits limits)
    : io_{io}, socket_{socket}, services_{services}, feed_{feed}, limits_{limits}, sweep_timer_{io} {}

void control_server::start() {
  asio::co_spawn(io_,
                 accept_clients(socket_.acceptor(), "control",
                                [this](stream_protocol::socket client) { welcome(std::move(client)); }),
                 not_waited_for);
  asio::co_spawn(io_, sweep(), not_waited_for);
}

void control_server::stop() {
  stopped_ = true;
  boost::system::error_code ignored;
  socket_.acceptor().close(ignored);
  sweep_timer_.cancel();
  for (const auto& [key, each] : std::exchange(open_, {})) each.connection->close();
}

/// In the order of `open_`.
std::vector<open_client> control_server::clients() const {
  std::vector<open_client> all;
  all.reserve(open_.size());
  for (const auto& [key, each] : open_) all.push_back(seen(*each.connection, each.uid, each.is_kept));
  return all;
}

/// Who has just sent a request is not idle, although it was not read yet.
admission control_server::decide(std::uint32_t uid) const {
  std::vector<open_client> open = clients();
  for (;;) {
    const admission decided = admit(uid, open, limits_);
    if (!decided.leaves) return decided;
    const auto leaving = std::next(open_.begin(), static_cast<std::ptrdiff_t>(*decided.leaves));
    if (!leaving->second.connection->has_unread()) return decided;
    open[*decided.leaves].idle_since.reset();
  }
}

void control_server::welcome(stream_protocol::socket client) {
  const std::optional<std::uint32_t> uid = peer_uid(client.native_handle());
  if (!uid) return;  // already gone
  const admission decided = decide(*uid);
  if (decided.at != place::usual && decided.at != place::kept)
    return refuse(std::move(client), *uid, decided.at);
  if (decided.leaves) {
    const auto leaving = std::next(open_.begin(), static_cast<std::ptrdiff_t>(*decided.leaves));
    std::shared_ptr {
      leaving->second.connection
      } -> close();
  }
  const auto connection = std::make_shared<control_connection>(
      std::move(client),
      control_connection::surroundings{
          .uid = *uid,
          .services = services_,
          .feed = feed_,
          .requests_total = requests_total_,
          .refusal_to_watch = [this](const control_connection& asking) { return refusal_to_watch(asking); },
          .closed = [this](const control_connection& gone) { open_.erase(&gone); }});
  open_.emplace(connection.get(), opened{connection, *uid, decided.at == place::kept});
  connection->start();
}

void control_server::refuse(stream_protocol::socket client, std::uint32_t uid, place why) {
  const std::string answer =
      (why == place::share_is_used ? answer_beyond_the_share(uid, share_of_uid(limits_))
                                   : answer_to_one_too_many()) +
      "\n";
  boost::system::error_code ignored;
  client.non_blocking(true, ignored);
  client.write_some(asio::buffer(answer), ignored);

  ++refused_;
  const auto now = steady_clock::now();
  if (logged_at_ && now - *logged_at_ < between_lines) return;
  logged_at_ = now;
  const std::uint64_t others = std::exchange(refused_, 0) - 1;
  spdlog::warn("control, refused a connection of uid {}, and {} before it ({})", uid, others,
               why == place::share_is_used ? "it has its share, limits.connections_per_uid"
                                           : "all are taken, control.max_connections");
}

/// Nothing when `asking` may watch.
std::optional<std::string> control_server::refusal_to_watch(const control_connection& asking) const {
  const auto found = open_.find(&asking);
  if (found == open_.end()) return std::nullopt;  // stopped: nothing is told any more
  const opened& entry = found->second;
  switch (may_watch(seen(asking, entry.uid, entry.is_kept), clients(), limits_)) {
    case watch_permit::share_is_used:
      return "Uid " + std::to_string(entry.uid) + " has all of its " +
             std::to_string(watchers_of_uid(limits_)) +
             " watchers, half of its connections; close some, or raise limits.connections_per_uid.";
    case watch_permit::not_when_kept:
      return "All connections that may watch are taken, and those kept for root are for other calls; close "
             "some, or raise limits.connections_per_uid and control.max_connections.";
    case watch_permit::granted:
      break;
  }
  return std::nullopt;
}

asio::awaitable<void> control_server::sweep() {
  while (!stopped_) {
    boost::system::error_code stopped;
    sweep_timer_.expires_after(between_sweeps);
    co_await sweep_timer_.async_wait(asio::redirect_error(asio::use_awaitable, stopped));
    std::vector<std::shared_ptr<control_connection>> all;  // closing one takes it out of the table
    for (const auto& [unused, each] : open_) all.push_back(each.connection);
    for (const auto& each : all) each->sweep(steady_clock::now());
  }
}

}  // namespace easydkim
