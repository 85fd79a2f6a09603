// SPDX-License-Identifier: Apache-2.0
// Lines over the control socket: sends without waiting, receives with a deadline.
//
// The caller pulls: nothing happens but inside `receive`, which also writes what was sent. So a caller who
// sends much before it reads cannot block against a daemon that waits for its answers to be read.
#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/signal_set.hpp>
#include <chrono>
#include <deque>
#include <optional>
#include <string>

namespace easydkim {

class line_socket {
 public:
  using clock = std::chrono::steady_clock;

  /// The longest line that is read, in octets; more is no answer of the daemon.
  static constexpr std::size_t longest_line = std::size_t{16} << 20;

  /// Connects. Throws `failure` (unreachable) with the path, the reason and the remedy.
  explicit line_socket(const std::string& path);

  /// From now on SIGINT, SIGTERM and SIGHUP, unless ignored, end `receive` instead of the process.
  void catch_signals();

  /// Queues `text`, which ends with LF.
  void send(std::string text);

  /// Sends `text`, which ends with LF and is short, at once and before anything else, and with it the open
  /// file `number` (unix(7), SCM_RIGHTS). Throws `failure` (unreachable) when the daemon goes away.
  void send_with_file(const std::string& text, int number);

  enum class event {
    line,         // `line()` holds it
    time_out,     // the deadline passed
    interrupted,  // SIGINT or SIGTERM
  };

  /// Waits for the next line. Throws `failure` (unreachable) when the daemon goes away.
  event receive(clock::time_point deadline);

  /// The line that `receive` reported, without its end.
  const std::string& line() const noexcept { return line_; }

  const std::string& path() const noexcept { return path_; }

 private:
  void read_more();
  void write_more();
  bool take_line();

  std::string path_;
  boost::asio::io_context context_;
  boost::asio::local::stream_protocol::socket socket_{context_};
  std::optional<boost::asio::signal_set> signals_;
  std::array<char, 65536> chunk_{};
  std::string received_;      // not yet handed out
  std::size_t searched_ = 0;  // octets of it that hold no LF
  std::string line_;
  std::deque<std::string> unsent_;
  std::optional<boost::system::error_code> broken_;  // of reading or writing
  bool interrupted_ = false;
};

}  // namespace easydkim
