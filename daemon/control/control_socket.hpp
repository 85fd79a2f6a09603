// SPDX-License-Identifier: Apache-2.0
// The listening Unix socket: made by us, or by systemd (socket activation).
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <optional>
#include <stdexcept>
#include <string>

namespace easydkim {

/// The socket cannot be had; `what()` is one sentence with the path and the remedy.
struct socket_unusable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Holds the listening socket, and removes its file at the end when it made it.
class control_socket {
 public:
  /// Binds `path` with file mode `mode`. A socket file that nobody answers at is replaced; one that somebody
  /// serves, or any other file, is left alone. Throws `socket_unusable`.
  /// Precondition: the store's lock is held, so no other daemon of this store can be starting.
  control_socket(boost::asio::io_context& io, const std::string& path, unsigned mode);

  /// Adopts the listening socket `fd` that systemd passed.
  control_socket(boost::asio::io_context& io, int fd);

  ~control_socket();
  control_socket(const control_socket&) = delete;
  control_socket& operator=(const control_socket&) = delete;

  boost::asio::local::stream_protocol::acceptor& acceptor() noexcept { return acceptor_; }

 private:
  boost::asio::local::stream_protocol::acceptor acceptor_;
  std::string made_;  // the path to remove; empty when systemd owns it
};

}  // namespace easydkim
