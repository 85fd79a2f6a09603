// SPDX-License-Identifier: Apache-2.0
// A socket of c-ares as Asio sees it. For cares_channel*.cpp alone.
#pragma once

#include <sys/socket.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <memory>

#include "resolver/transport/cares_channel.hpp"
#include "resolver/transport/datagram_batch.hpp"
#include "resolver/transport/message_count.hpp"

namespace easydkim {

/// Pending handlers share it and look at `owner` first.
struct cares_channel::watch {
  boost::asio::posix::stream_descriptor descriptor;
  cares_channel* owner;  // null once c-ares has closed the socket
  bool wants_read = false;
  bool wants_write = false;
  bool awaits_read = false;  // a handler is pending
  bool awaits_write = false;
  std::unique_ptr<datagram_batch> batch{};  // of a shared UDP socket
  ::sockaddr_storage peer{};                // the same
  ::socklen_t peer_octets = 0;
  bool is_stream = false;        // TCP
  message_count sent{}, came{};  // over it
};

}  // namespace easydkim
