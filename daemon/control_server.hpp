// Accepts the clients of the control socket and keeps their number within bounds.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <memory>

#include "daemon/control_connection.hpp"
#include "daemon/control_socket.hpp"
#include "daemon/open_connections.hpp"

namespace easydkim {

/// Runs on the thread of its io_context.
class control_server {
 public:
  /// `max_connections`: when all are taken, the longest idle one makes room; if none is idle, the newcomer is
  /// told so and closed. Everything passed must outlive the server.
  control_server(boost::asio::io_context& io, control_socket& socket, const control_services& services,
                 change_feed& feed, std::size_t max_connections);

  void start();

  /// Accepts nobody any more and closes all connections.
  void stop();

  std::size_t connections() const noexcept { return connections_.size(); }
  std::uint64_t requests_total() const noexcept { return requests_total_; }

 private:
  boost::asio::awaitable<void> accept();
  boost::asio::awaitable<void> sweep();
  void admit(boost::asio::local::stream_protocol::socket client);

  boost::asio::io_context& io_;
  control_socket& socket_;
  const control_services& services_;
  change_feed& feed_;
  open_connections<control_connection> connections_;
  std::uint64_t requests_total_ = 0;
  boost::asio::steady_timer sweep_timer_;
  boost::asio::steady_timer accept_pause_;
  bool stopped_ = false;
};

}  // namespace easydkim
