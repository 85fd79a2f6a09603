#include "daemon/control_server.hpp"

#include <spdlog/spdlog.h>
#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>
#include <vector>

#include "daemon/control/peer.hpp"
#include "daemon/not_waited_for.hpp"

namespace easydkim {

namespace asio = boost::asio;
using asio::local::stream_protocol;

namespace {

constexpr std::chrono::seconds between_sweeps{5};

/// After an accept that failed for want of file descriptors: no busy loop, and others may finish meanwhile.
constexpr std::chrono::milliseconds pause_after_failed_accept{200};

}  // namespace

control_server::control_server(asio::io_context& io, control_socket& socket, const control_services& services,
                               change_feed& feed, std::size_t max_connections)
    : io_{io},
      socket_{socket},
      services_{services},
      feed_{feed},
      connections_{max_connections},
      sweep_timer_{io},
      accept_pause_{io} {}

void control_server::start() {
  asio::co_spawn(io_, accept(), not_waited_for);
  asio::co_spawn(io_, sweep(), not_waited_for);
}

void control_server::stop() {
  stopped_ = true;
  boost::system::error_code ignored;
  socket_.acceptor().close(ignored);
  sweep_timer_.cancel();
  accept_pause_.cancel();
  connections_.close_all();
}

asio::awaitable<void> control_server::accept() {
  while (!stopped_) {
    boost::system::error_code failed;
    stream_protocol::socket client =
        co_await socket_.acceptor().async_accept(asio::redirect_error(asio::use_awaitable, failed));
    if (stopped_) co_return;
    if (!failed) {
      admit(std::move(client));
      continue;
    }
    spdlog::warn("control, could not accept a connection ({})", failed.message());
    accept_pause_.expires_after(pause_after_failed_accept);
    co_await accept_pause_.async_wait(asio::redirect_error(asio::use_awaitable, failed));
  }
}

void control_server::admit(stream_protocol::socket client) {
  const std::optional<std::uint32_t> uid = peer_uid(client.native_handle());
  if (!uid) return;  // already gone
  if (!connections_.make_room()) {
    const std::string refusal = answer_to_one_too_many() + "\n";
    boost::system::error_code ignored;
    client.non_blocking(true, ignored);
    client.write_some(asio::buffer(refusal), ignored);
    return;
  }
  const auto connection = std::make_shared<control_connection>(
      std::move(client), control_connection::surroundings{
                             .uid = *uid,
                             .services = services_,
                             .feed = feed_,
                             .requests_total = requests_total_,
                             .closed = [this](control_connection& gone) { connections_.remove(gone); }});
  connections_.add(connection);
  connection->start();
}

asio::awaitable<void> control_server::sweep() {
  while (!stopped_) {
    boost::system::error_code stopped;
    sweep_timer_.expires_after(between_sweeps);
    co_await sweep_timer_.async_wait(asio::redirect_error(asio::use_awaitable, stopped));
    for (const auto& connection : connections_.list()) connection->sweep(std::chrono::steady_clock::now());
  }
}

}  // namespace easydkim
