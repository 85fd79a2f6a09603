// SPDX-License-Identifier: Apache-2.0
// The sockets of a channel: what c-ares calls instead of the kernel, and when Asio says that one is ready.
#include <ares.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <exception>
#include <utility>

#include "resolver/transport/cares_channel_watch.hpp"

namespace easydkim {
namespace {

bool is_datagram(int socket) noexcept {
  int type = 0;
  ::socklen_t octets = sizeof type;
  return ::getsockopt(socket, SOL_SOCKET, SO_TYPE, &type, &octets) == 0 && type == SOCK_DGRAM;
}

int close_socket(int socket, void* /*channel*/) noexcept {
  return ::close(socket);
}

int connect_socket(int socket, const ::sockaddr* to, ::socklen_t octets, void* /*channel*/) noexcept {
  return ::connect(socket, to, octets);
}

/// The first `sent` octets of `parts`.
void count_sent(message_count& to, std::span<const ::iovec> parts, std::size_t sent) noexcept {
  for (const ::iovec& each : parts) {
    const std::size_t some = std::min(sent, each.iov_len);
    to.add({static_cast<const std::uint8_t*>(each.iov_base), some});
    sent -= some;
  }
}

}  // namespace

std::vector<cares_channel::watched>::iterator cares_channel::find(int socket) noexcept {
  return std::ranges::find_if(
      sockets_, [&](const watched& each) { return each->descriptor.native_handle() == socket; });
}

/// From now on c-ares sends and receives through us: many datagrams at a time where many share a socket, and
/// counting the messages of a connection. It knows the address of its one server already, and compares it
/// with the one that a datagram is said to come from.
void cares_channel::watch_octets(ares_channeldata* channel) {
  // c-ares sets nothing on sockets that it does not open itself.
  constexpr auto open = [](int domain, int type, int protocol, void* self) noexcept {
    const int socket = ::socket(domain, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
    if (socket < 0) return socket;
    constexpr int on = 1;
    if (type != SOCK_DGRAM)
      ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    else if (static_cast<cares_channel*>(self)->is_batched())
      widen_buffers(socket);
    return socket;
  };
  constexpr auto receive = [](ares_socket_t socket, void* into, std::size_t room, int flags, ::sockaddr* from,
                              ares_socklen_t* octets, void* self) noexcept -> ares_ssize_t {
    auto& asking = *static_cast<cares_channel*>(self);
    const auto at = asking.find(socket);
    if (at == asking.sockets_.end()) return ::recvfrom(socket, into, room, flags, from, octets);
    watch& known = **at;
    if (!known.batch) {
      const ssize_t got = ::recvfrom(socket, into, room, flags, from, octets);
      if (got <= 0 || !known.is_stream) return got;
      known.came.add({static_cast<const std::uint8_t*>(into), static_cast<std::size_t>(got)});
      if (known.came.begun() <= known.sent.begun()) return got;
      errno = ECONNRESET;  // c-ares closes it
      return -1;
    }
    const ssize_t got = known.batch->next({static_cast<std::uint8_t*>(into), room});
    if (got >= 0 && from != nullptr && octets != nullptr) {
      std::memcpy(from, &known.peer, std::min(*octets, known.peer_octets));
      *octets = known.peer_octets;
    }
    return got;
  };
  constexpr auto send = [](ares_socket_t socket, const ::iovec* parts, int count,
                           void* self) noexcept -> ares_ssize_t {
    auto& asking = *static_cast<cares_channel*>(self);
    const auto at = asking.find(socket);
    const std::span<const ::iovec> all{parts, static_cast<std::size_t>(count)};
    if (at == asking.sockets_.end() || !(*at)->batch) {
      const ssize_t sent = ::writev(socket, parts, count);
      if (at != asking.sockets_.end() && (*at)->is_stream && sent > 0)
        count_sent((*at)->sent, all, static_cast<std::size_t>(sent));
      return sent;
    }
    try {
      (*at)->batch->put(all);
    } catch (const std::exception&) {
      errno = ENOBUFS;
      return -1;
    }
    ares_ssize_t octets = 0;
    for (const ::iovec& each : all) octets += static_cast<ares_ssize_t>(each.iov_len);
    return octets;
  };
  static const ares_socket_functions functions{.asocket = open,
                                               .aclose = close_socket,
                                               .aconnect = connect_socket,
                                               .arecvfrom = receive,
                                               .asendv = send};
  ares_set_socket_functions(channel, &functions, this);
}

void cares_channel::flush() {
  for (std::size_t i = 0; i < sockets_.size(); ++i) {
    const watched each = sockets_[i];  // what c-ares does about an error may close it
    if (each->batch && each->batch->has_unsent()) flush(each);
  }
}

void cares_channel::flush(const watched& socket) {
  switch (socket->batch->flush()) {
    case datagram_batch::flushed::all:
      return;
    case datagram_batch::flushed::blocked:
      return arm(socket);
    case datagram_batch::flushed::failed:
      return ares_process_fd(channel_, socket->descriptor.native_handle(), ARES_SOCKET_BAD);
  }
}

std::uint64_t cares_channel::dropped_total() const noexcept {
  std::uint64_t all = dropped_;
  for (const watched& each : sockets_)
    if (each->batch) all += each->batch->dropped();
  return all;
}

/// c-ares opens a socket, wants to know other things of it, or is about to close it (neither wanted).
void cares_channel::socket_state(int socket, bool readable, bool writable) {
  const auto at = find(socket);
  if (at != sockets_.end()) {
    const watched known = *at;
    known->wants_read = readable;
    known->wants_write = writable;
    if (readable || writable) return arm(known);
    if (known->batch) dropped_ += known->batch->dropped();
    known->owner = nullptr;
    known->descriptor.release();
    sockets_.erase(at);
  } else if (readable || writable) {
    using descriptor = boost::asio::posix::stream_descriptor;
    sockets_.reserve(sockets_.size() + 1);  // nothing may throw once Asio holds a socket that is not ours
    const watched opened = std::make_shared<watch>(
        watch{.descriptor = descriptor{io_}, .owner = this, .wants_read = readable, .wants_write = writable});
    opened->is_stream = !is_datagram(socket);
    if (is_batched() && !opened->is_stream) {
      opened->batch = std::make_unique<datagram_batch>(socket);
      opened->peer_octets = sizeof opened->peer;
      ::getpeername(socket, reinterpret_cast<::sockaddr*>(&opened->peer), &opened->peer_octets);
    }
    opened->descriptor.assign(socket);
    sockets_.push_back(opened);
    arm(opened);
  }
}

void cares_channel::arm(const watched& socket) {
  using descriptor = boost::asio::posix::stream_descriptor;
  if (socket->wants_read && !socket->awaits_read) {
    socket->awaits_read = true;
    socket->descriptor.async_wait(descriptor::wait_read, [socket](boost::system::error_code error) {
      socket->awaits_read = false;
      if (!error && socket->owner)
        socket->owner->ready(socket, socket->descriptor.native_handle(), ARES_SOCKET_BAD);
    });
  }
  const bool is_blocked = socket->batch && socket->batch->has_unsent();
  if ((socket->wants_write || is_blocked) && !socket->awaits_write) {
    socket->awaits_write = true;
    socket->descriptor.async_wait(descriptor::wait_write, [socket](boost::system::error_code error) {
      socket->awaits_write = false;
      if (error || !socket->owner) return;
      if (socket->batch && socket->batch->has_unsent()) {
        const std::function<void()>& after_events = socket->owner->after_events_;
        socket->owner->flush(socket);
        after_events();  // may destroy the channel
      }
      if (socket->owner && socket->wants_write)
        socket->owner->ready(socket, ARES_SOCKET_BAD, socket->descriptor.native_handle());
    });
  }
}

void cares_channel::ready(const watched& socket, int to_read, int to_write) {
  const std::function<void()>& after_events = after_events_;
  ares_process_fd(channel_, to_read, to_write);
  // c-ares 1.18 reads until there is nothing left; 1.34 reads one datagram.
  for (std::size_t left = datagram_batch::most_a_call; left > 0; --left) {
    if (!socket->owner || !socket->batch || !socket->batch->may_have_more()) break;
    ares_process_fd(channel_, to_read, ARES_SOCKET_BAD);
  }
  if (socket->owner) arm(socket);
  after_events();  // may destroy this channel
}

}  // namespace easydkim
