// SPDX-License-Identifier: Apache-2.0
// Which c-ares channel a question leaves by.
//
// Problem: c-ares sends what is in flight together from one socket, so one source port, which a forger finds
// out; a socket for each question costs four system calls more. Choice: questions to a server on this
// machine, where nobody else sends, share a few channels; every other one over UDP gets a channel, and so a
// fresh port, of its own, from a pool. Over TCP all share. Cost: 70 KB of memory a channel with c-ares 1.18.
#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "resolver/transport/cares_channel.hpp"

namespace easydkim {

class channel_pool {
 public:
  enum class source_ports : std::uint8_t {
    by_server,  // shared for servers on loopback, fresh for all others
    fresh,      // a new one for each question over UDP, whatever the server
  };

  struct options {
    duration timeout;
    int tries = 1;
    source_ports ports = source_ports::by_server;
    cares_channel::idle when_idle = cares_channel::idle::stays_open;
    std::size_t max_in_flight = 1;
    std::size_t questions_a_port = 65'536;
  };

  /// `after_events`: see cares_channel.
  channel_pool(boost::asio::io_context& io, options chosen, const std::function<void()>& after_events);

  /// A channel that may take one more question to `server`; null when none is free. Throws std::runtime_error
  /// when not even the first channel can be made.
  cares_channel* take(const server_address& server, cares_channel::transport over);

  /// Sends what the shared channels hold back: to be called once a turn, after the last question. Not inside
  /// c-ares. Questions may end in it.
  void flush();

  /// Replies that the kernel had no room for.
  std::uint64_t dropped_total() const noexcept;

  /// Drives the time-outs of every channel with questions in flight.
  void tick();

  /// Replaces worn sockets, and drops idle channels to servers that are not in `servers`. Not inside c-ares.
  void tidy(const std::vector<server_address>& servers);

 private:
  static constexpr std::size_t channels_a_server = 2;  // more cost more: 4 % for 4, 16 % for 8
  static constexpr std::size_t most_single_channels = 256;

  using channel_ptr = std::unique_ptr<cares_channel>;
  struct shared_channels {
    server_address server;
    cares_channel::transport over;
    std::array<channel_ptr, channels_a_server> channels;
  };

  cares_channel* take_shared(const server_address& server, cares_channel::transport over);
  cares_channel* take_single(const server_address& server);
  channel_ptr make(const server_address& server, cares_channel::transport over, cares_channel::sharing use);

  boost::asio::io_context& io_;
  options options_;
  const std::function<void()>& after_events_;
  std::vector<shared_channels> shared_;
  std::vector<channel_ptr> single_;  // one question at a time, to whichever server
  std::size_t next_single_ = 0;
  std::uint64_t dropped_ = 0;  // of channels that are gone
};

}  // namespace easydkim
