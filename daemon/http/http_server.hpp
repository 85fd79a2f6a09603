// SPDX-License-Identifier: Apache-2.0
// Accepts the clients of an HTTP port and keeps their number within bounds.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <memory>
#include <string_view>
#include <vector>

#include "daemon/http/http_connection.hpp"
#include "daemon/http/http_shares.hpp"

namespace easydkim {

/// Runs on the thread of its io_context.
class http_server {
 public:
  struct settings {
    boost::asio::ip::tcp::endpoint listen;
    http_shares shares;
    http_limits limits;
  };
  /// Binds and listens. Throws std::runtime_error with one sentence. `site` must outlive the server.
  http_server(boost::asio::io_context& io, settings with, const http_site& site);

  void start();

  /// Accepts nobody any more and closes all connections.
  void stop();

 private:
  void admit(boost::asio::ip::tcp::socket client);
  void refuse(boost::asio::ip::tcp::socket client) const;
  bool admit_signed(const http_connection& connection, std::string_view key);
  bool carry_out(const http_admission& decided);
  std::vector<const http_client*> clients() const;

  boost::asio::io_context& io_;
  settings with_;
  const http_site& site_;
  boost::asio::ip::tcp::acceptor acceptor_;
  std::vector<std::shared_ptr<http_connection>> open_;
};

}  // namespace easydkim
