// SPDX-License-Identifier: Apache-2.0
#include "resolver/transport/datagram_batch.hpp"

#include <linux/sock_diag.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace easydkim {
namespace {

constexpr int buffer_octets = 4 << 20;

void set(int socket, int forced, int asked) noexcept {
  if (::setsockopt(socket, SOL_SOCKET, forced, &buffer_octets, sizeof buffer_octets) != 0)
    ::setsockopt(socket, SOL_SOCKET, asked, &buffer_octets, sizeof buffer_octets);
}

}  // namespace

void widen_buffers(int socket) noexcept {
  set(socket, SO_RCVBUFFORCE, SO_RCVBUF);
  set(socket, SO_SNDBUFFORCE, SO_SNDBUF);
}

datagram_batch::datagram_batch(int socket) : socket_{socket}, slots_(most_a_call) {
  for (std::size_t i = 0; i < most_a_call; ++i) {
    parts_[i] = {.iov_base = slots_[i].octets.data(), .iov_len = most_octets};
    came_[i].msg_hdr.msg_iov = &parts_[i];
    came_[i].msg_hdr.msg_iovlen = 1;
  }
}

void datagram_batch::put(std::span<const ::iovec> parts) {
  const std::size_t before = unsent_.size();
  if (ends_.size() == ends_.capacity()) ends_.reserve(2 * ends_.size() + most_a_call);
  for (const ::iovec& each : parts) {
    const auto* const begin = static_cast<const std::uint8_t*>(each.iov_base);
    unsent_.insert(unsent_.end(), begin, begin + each.iov_len);
  }
  if (unsent_.size() > before) ends_.push_back(unsent_.size());
}

datagram_batch::flushed datagram_batch::flush() noexcept {
  std::size_t sent = 0;
  const auto begin_of = [&](std::size_t index) { return index == 0 ? 0 : ends_[index - 1]; };
  flushed result = flushed::all;
  while (sent < ends_.size() && result == flushed::all) {
    std::array<::iovec, most_a_call> parts;
    std::array<::mmsghdr, most_a_call> going{};
    const std::size_t count = std::min(most_a_call, ends_.size() - sent);
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t begin = begin_of(sent + i);
      parts[i] = {.iov_base = unsent_.data() + begin, .iov_len = ends_[sent + i] - begin};
      going[i].msg_hdr.msg_iov = &parts[i];
      going[i].msg_hdr.msg_iovlen = 1;
    }
    const int done = ::sendmmsg(socket_, going.data(), static_cast<unsigned>(count), 0);
    if (done > 0) {
      sent += static_cast<std::size_t>(done);
    } else if (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS) {
      result = flushed::blocked;
    } else if (errno != EINTR) {
      error_ = errno;
      sent = ends_.size();
      result = flushed::failed;
    }
  }

  const std::size_t gone = begin_of(sent);
  unsent_.erase(unsent_.begin(), unsent_.begin() + static_cast<std::ptrdiff_t>(gone));
  ends_.erase(ends_.begin(), ends_.begin() + static_cast<std::ptrdiff_t>(sent));
  for (std::size_t& each : ends_) each -= gone;
  return result;
}

/// False, with errno set, when nothing came.
bool datagram_batch::fetch() noexcept {
  fetched_ = handed_out_ = 0;
  if (std::exchange(had_its_turn_, false)) {
    errno = EAGAIN;
    return false;
  }
  const int got = ::recvmmsg(socket_, came_.data(), most_a_call, MSG_DONTWAIT, nullptr);
  if (got <= 0) return false;
  fetched_ = static_cast<std::size_t>(got);
  had_its_turn_ = true;
  return true;
}

ssize_t datagram_batch::next(std::span<std::uint8_t> into) noexcept {
  const ssize_t got = hand_out(into);
  may_have_more_ = got >= 0;
  return got;
}

ssize_t datagram_batch::hand_out(std::span<std::uint8_t> into) noexcept {
  if (handed_out_ == fetched_) {
    if (error_ != 0) {
      errno = std::exchange(error_, 0);
      return -1;
    }
    if (!fetch()) return -1;
  }
  const ::mmsghdr& one = came_[handed_out_];
  const std::size_t octets = std::min<std::size_t>(one.msg_len, into.size());
  std::memcpy(into.data(), slots_[handed_out_].octets.data(), octets);
  ++handed_out_;
  return static_cast<ssize_t>(octets);
}

std::uint32_t datagram_batch::dropped() const noexcept {
  std::array<std::uint32_t, SK_MEMINFO_VARS> memory{};
  ::socklen_t octets = sizeof memory;
  if (::getsockopt(socket_, SOL_SOCKET, SO_MEMINFO, memory.data(), &octets) != 0) return 0;
  return memory[SK_MEMINFO_DROPS];
}

}  // namespace easydkim
