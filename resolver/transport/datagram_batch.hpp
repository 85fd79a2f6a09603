// SPDX-License-Identifier: Apache-2.0
// The datagrams of one connected UDP socket, many to a system call.
//
// Problem: at full speed a system call for each question and each reply costs more than everything else
// together. Choice: what is to be sent waits until `flush`, once a turn of the event loop; what came is
// fetched 64 at a time, and handed out one by one. Cost: a question leaves when the turn ends, and a quarter
// of a megabyte a socket.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace easydkim {

/// Does not own the socket, which must not block and be connected. Not thread-safe.
class datagram_batch {
 public:
  static constexpr std::size_t most_a_call = 64;  // a third of a millisecond of work

  explicit datagram_batch(int socket);
  datagram_batch(const datagram_batch&) = delete;
  datagram_batch& operator=(const datagram_batch&) = delete;

  /// Keeps a datagram, which lies in these parts, for `flush`. Throws std::bad_alloc.
  void put(std::span<const ::iovec> parts);
  bool has_unsent() const noexcept { return !ends_.empty(); }

  enum class flushed : std::uint8_t {
    all,      // nothing is left to be sent
    blocked,  // the kernel has no room: once the socket is writable, flush again
    failed,   // the socket had an error: what was left is dropped, and `next` tells the error
  };
  flushed flush() noexcept;

  /// The next datagram that came, as `recvfrom` would give it: its octets in `into`, as many as have room,
  /// and its length; -1, with errno set, when there is none (EAGAIN) or the socket had an error. After what
  /// one call of the kernel brought it says once that there is none, so that others who wait for the event
  /// loop get their turn.
  ssize_t next(std::span<std::uint8_t> into) noexcept;

  /// Whether `next` has not said yet that there is none: what was fetched must not wait for what comes.
  bool may_have_more() const noexcept { return may_have_more_; }

  /// Datagrams for this socket that the kernel had no room for, since it was made.
  std::uint32_t dropped() const noexcept;

 private:
  static constexpr std::size_t most_octets = 4096;  // of a datagram: what c-ares takes
  /// Not a power of two, so that the heads of all slots do not fall into the same lines of the cache.
  struct slot {
    std::array<std::uint8_t, most_octets + 64> octets;
  };

  bool fetch() noexcept;
  ssize_t hand_out(std::span<std::uint8_t> into) noexcept;

  int socket_;
  std::vector<std::uint8_t> unsent_;  // datagrams behind each other, which end at `ends_`
  std::vector<std::size_t> ends_;

  std::vector<slot> slots_;
  std::array<::iovec, most_a_call> parts_{};
  std::array<::mmsghdr, most_a_call> came_{};
  std::size_t fetched_ = 0, handed_out_ = 0;
  bool had_its_turn_ = false;  // something was fetched since it said that there is none
  bool may_have_more_ = false;
  int error_ = 0;
};

/// Room in the kernel for the datagrams of thousands of questions at once, as much as it lets us have.
void widen_buffers(int socket) noexcept;

}  // namespace easydkim
