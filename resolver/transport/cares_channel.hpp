// SPDX-License-Identifier: Apache-2.0
// One c-ares channel on an io_context: sends queries that we composed, and hands back what came.
//
// c-ares keeps the sockets, retries and time-outs; Asio says when a socket is ready. c-ares owns its sockets,
// so Asio only watches them and lets go before c-ares closes them. What a socket's pending handler needs
// outlives the channel. A UDP socket that many queries share sends and receives many datagrams at a time
// (datagram_batch). A TCP connection on which more messages come than were sent is closed: c-ares would read
// what nobody asked for as fast as it is sent (message_count).
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "core/time_point.hpp"
#include "resolver/transport/server_address.hpp"
#include "resolver/wire/dns_answer.hpp"

struct ares_channeldata;

namespace easydkim {

/// Not thread-safe: everything happens on the thread that runs the io_context.
class cares_channel {
 public:
  using transport = expectation::transport;

  enum class sharing : std::uint8_t {
    many,  // many queries at once through one socket
    one,   // one query at a time, each from a new socket and so from a new source port
  };

  enum class idle : std::uint8_t {
    stays_open,  // sockets that many share, while nothing is under way: c-ares would make new ones for each
                 // burst
    closes,      // every socket, with its last query: for servers that are not ours
  };

  struct options {
    server_address server;
    transport over = transport::udp;
    sharing use = sharing::many;
    idle when_idle = idle::stays_open;
    duration timeout;  // for the first try; each further one waits twice as long
    int tries = 1;
    std::size_t queries_a_socket = 65'536;  // then it should be replaced: see is_worn
  };

  struct reply {
    enum class outcome : std::uint8_t {
      arrived,      // `message` holds it, until `answered` returns
      timed_out,    // every try
      unreadable,   // c-ares could not parse it (1.34)
      unreachable,  // no socket, connection refused or lost, no memory
    };
    outcome what;
    std::span<const std::uint8_t> message;
  };

  /// A query under way. Lives in the caller, at one place, until `answered` was called.
  struct ticket {
    void (*answered)(ticket&,
                     const reply&) = nullptr;  // called inside c-ares: must not send, nor end a channel
    void* context = nullptr;                   // the caller's
    cares_channel* channel = nullptr;          // set by `send`
  };

  /// `after_events` is called after each batch of socket events, outside c-ares, where sending is allowed;
  /// the function must outlive every handler of the channel, and may destroy the channel. Throws
  /// std::runtime_error when c-ares cannot make a channel.
  cares_channel(boost::asio::io_context& io, const options& chosen,
                const std::function<void()>& after_events);

  /// Queries under way are dropped: their `answered` is not called. Not to be called inside `answered`.
  ~cares_channel();
  cares_channel(const cares_channel&) = delete;
  cares_channel& operator=(const cares_channel&) = delete;

  /// Sends `query`, of which c-ares keeps a copy; over a shared UDP socket it leaves with the next `flush`.
  /// `answered` is called once, perhaps before this returns.
  void send(std::span<const std::uint8_t> query, ticket& by);

  /// Sends what waits, many to a system call; `answered` may be called. The caller does afterwards what
  /// `after_events` would do.
  void flush();

  /// Replies that the kernel had no room for, as far as it counts them for shared UDP sockets.
  std::uint64_t dropped_total() const noexcept;

  /// Ends the tries that have waited long enough. The caller does afterwards what `after_events` would do.
  void tick();

  /// Precondition: nothing in flight.
  void set_server(const server_address& server);
  const server_address& server() const noexcept { return options_.server; }

  std::size_t in_flight() const noexcept { return in_flight_; }

  /// The socket was used so much, or treated us so badly, that it should be replaced: give it no more
  /// queries.
  bool is_worn() const noexcept { return sent_ >= options_.queries_a_socket || lost_connection_; }

  /// Replaces the sockets. Precondition: nothing in flight, and not inside `answered`.
  void renew();

 private:
  struct watch;
  using watched = std::shared_ptr<watch>;

  bool is_batched() const noexcept {
    return options_.use == sharing::many && options_.over == transport::udp;
  }
  ares_channeldata* open();
  void watch_octets(ares_channeldata* channel);
  std::vector<watched>::iterator find(int socket) noexcept;
  void close(ares_channeldata* channel);
  void socket_state(int socket, bool readable, bool writable);
  static void arm(const watched& socket);
  void flush(const watched& socket);
  void ready(const watched& socket, int to_read, int to_write);
  void ended(ticket& by, int status, std::span<const std::uint8_t> message);

  boost::asio::io_context& io_;
  options options_;
  const std::function<void()>& after_events_;
  std::vector<watched> sockets_;
  std::size_t in_flight_ = 0;
  std::size_t sent_ = 0;  // since the sockets were made
  bool lost_connection_ = false;
  std::uint64_t dropped_ = 0;  // by sockets that are closed
  ares_channeldata* channel_;
};

}  // namespace easydkim
