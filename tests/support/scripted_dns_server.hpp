// SPDX-License-Identifier: Apache-2.0
// A DNS server for tests, on a loopback address, UDP and TCP on the same port, in a thread of its own.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "resolver/transport/server_address.hpp"
#include "tests/support/dns_modes.hpp"

namespace easydkim::tests {

/// Ends the process, with a message, on bytes that are no DNS query: nothing of ours may send those.
class scripted_dns_server {
 public:
  /// `port` 0: any free one.
  explicit scripted_dns_server(dns_behaviour act, std::uint16_t port = 0);

  /// On another address of this machine.
  scripted_dns_server(dns_behaviour act, const server_address& at);
  ~scripted_dns_server();
  scripted_dns_server(const scripted_dns_server&) = delete;
  scripted_dns_server& operator=(const scripted_dns_server&) = delete;

  std::uint16_t port() const noexcept { return port_; }

  /// Further queries are answered in this way. Thread-safe.
  void behave(dns_behaviour act);

  /// The queries so far. Thread-safe.
  std::vector<dns_query> queries() const;
  std::size_t count() const;

  /// Whether the queries are kept for `queries()`; the count always is. Thread-safe.
  enum class memory { all, count_only };
  void remember(memory what);

 private:
  struct connection;

  void bind(const server_address& at);
  void receive();
  void accept();
  std::vector<dns_action> decide(octets message, bool over_tcp, std::uint16_t source_port);
  void act(dns_action action, const boost::asio::ip::udp::endpoint& to);
  void send(const dns_action& action, const boost::asio::ip::udp::endpoint& to);

  boost::asio::io_context io_;
  boost::asio::ip::udp::socket udp_{io_};
  boost::asio::ip::udp::socket other_udp_{io_};
  boost::asio::ip::tcp::acceptor tcp_{io_};
  std::uint16_t port_ = 0;
  octets buffer_;
  boost::asio::ip::udp::endpoint from_;

  mutable std::mutex mutex_;  // guards what follows
  dns_behaviour behaviour_;
  std::vector<dns_query> queries_;
  std::size_t count_ = 0;
  memory memory_ = memory::all;

  std::thread thread_;
};

}  // namespace easydkim::tests
