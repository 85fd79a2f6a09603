// SPDX-License-Identifier: Apache-2.0
// One client of the control socket: reads lines, answers them as they are ready, sends what it watches.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "daemon/control/control_protocol.hpp"
#include "daemon/operations/change_feed.hpp"
#include "daemon/operations/turns.hpp"
#include "posix/passed_file.hpp"
#include "resolver/transport/steady_time.hpp"

namespace easydkim {

/// Lives until both ends are done; the server holds it in the meantime. Single-threaded, as the io_context.
class control_connection : public std::enable_shared_from_this<control_connection> {
 public:
  /// Limits of one connection (octets; requests; time).
  static constexpr std::size_t longest_line = 64 * 1024;
  static constexpr std::size_t most_in_progress = 1024;  // further lines wait unread
  static constexpr std::size_t output_before_pause =
      1 << 20;                                           // answers nobody reads: further lines wait unread
  static constexpr std::size_t most_output = 8 << 20;    // a watcher that does not read is cut off
  static constexpr std::size_t kept_output = 64 * 1024;  // memory that is kept for the next answers
  static constexpr std::chrono::seconds longest_half_line{30};
  static constexpr std::chrono::seconds longest_stuck_write{60};

  struct surroundings {
    std::uint32_t uid;  // of the client
    const control_services& services;
    change_feed& feed;
    std::uint64_t& requests_total;
    std::function<std::optional<std::string>(const control_connection&)> refusal_to_watch;  // one sentence
    std::function<void(const control_connection&)> closed;  // called once, last
  };
  control_connection(boost::asio::local::stream_protocol::socket socket, surroundings around);

  /// Begins to serve.
  void start();

  /// Ends at once: unread answers are lost.
  void close();

  /// Closes when a deadline has passed or the client has gone without a word. Called every few seconds.
  void sweep(std::chrono::steady_clock::time_point now);

  /// True when closing it costs the client nothing but a new connection.
  bool idle() const noexcept;
  std::chrono::steady_clock::time_point last_active() const noexcept { return last_active_; }
  /// Whether the client has sent what was not read yet.
  bool has_unread() const noexcept;
  bool watches() const noexcept { return watching_.has_value(); }

 private:
  using clock_time = std::chrono::steady_clock::time_point;
  static constexpr duration longest_wait_of_a_check{2000};  // for its turn

  boost::asio::awaitable<void> read();
  boost::asio::awaitable<void> write();
  void start_answer(std::string line);
  boost::asio::awaitable<void> until(std::function<bool()> holds);
  boost::asio::awaitable<void> take_lines(bool at_end);
  void send(std::string line);
  std::optional<std::string> watch(std::optional<std::string> account);
  boost::asio::awaitable<reception> receive(std::span<char> into);
  file_handle give_passed_file();
  bool may_start() const noexcept;
  bool nothing_to_say() const noexcept;
  bool client_gone();

  boost::asio::local::stream_protocol::socket socket_;
  surroundings around_;
  boost::asio::steady_timer changed_;  // cancelled to wake those who wait in `until`

  std::string input_;                  // read, not yet a whole line
  std::optional<file_handle> passed_;  // the newest file that came with requests, not taken yet
  bool skipping_ = false;              // inside a line that is too long
  bool input_ended_ = false;
  std::size_t in_progress_ = 0;
  turns<steady_time> checks_;
  std::string output_;  // not yet given to the socket
  std::size_t being_written_ = 0;
  std::optional<change_feed::ticket> watching_;
  clock_time last_active_;
  std::optional<clock_time> half_line_since_;
  std::optional<clock_time> writing_since_;
  bool closed_ = false;
  std::stop_source gone_;  // asked for a stop when it is closed
};

}  // namespace easydkim
