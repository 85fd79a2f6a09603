// SPDX-License-Identifier: Apache-2.0
// Accepts the clients of the control socket and keeps their number, and that of each user's, within bounds.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "daemon/control/connection_shares.hpp"
#include "daemon/control/control_connection.hpp"
#include "daemon/control/control_socket.hpp"

namespace easydkim {

/// Runs on the thread of its io_context.
class control_server {
 public:
  /// A newcomer for whom there is no place (connection_shares.hpp) gets one sentence and is closed.
  /// Everything passed must outlive the server.
  control_server(boost::asio::io_context& io, control_socket& socket, const control_services& services,
                 change_feed& feed, connection_limits limits);

  void start();

  /// Accepts nobody any more and closes all connections.
  void stop();

  /// For newcomers; those who are in stay.
  void set_limits(connection_limits limits) noexcept { limits_ = limits; }

  std::size_t connections() const noexcept { return open_.size(); }
  std::uint64_t requests_total() const noexcept { return requests_total_; }

 private:
  struct opened {
    std::shared_ptr<control_connection> connection;
    std::uint32_t uid;
    bool is_kept;  // at one of the places for root
  };
  using table = std::unordered_map<const control_connection*, opened>;

  boost::asio::awaitable<void> sweep();
  void welcome(boost::asio::local::stream_protocol::socket client);
  admission decide(std::uint32_t uid) const;
  void refuse(boost::asio::local::stream_protocol::socket client, std::uint32_t uid, place why);
  std::optional<std::string> refusal_to_watch(const control_connection& asking) const;
  std::vector<open_client> clients() const;

  boost::asio::io_context& io_;
  control_socket& socket_;
  const control_services& services_;
  change_feed& feed_;
  connection_limits limits_;
  table open_;
  std::uint64_t requests_total_ = 0;
  std::uint64_t refused_ = 0;  // connections that the log does not speak of yet
  std::optional<std::chrono::steady_clock::time_point> logged_at_;
  boost::asio::steady_timer sweep_timer_;
  bool stopped_ = false;
};

}  // namespace easydkim
