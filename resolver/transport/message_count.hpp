// SPDX-License-Identifier: Apache-2.0
// How many DNS messages went over a TCP connection in one direction, each behind its length (RFC 1035 section
// 4.2.2).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace easydkim {

/// Pure. Takes the octets as they go by, in whatever pieces.
class message_count {
 public:
  void add(std::span<const std::uint8_t> octets) noexcept {
    while (!octets.empty()) {
      if (left_ == 0) {  // an octet of a length
        length_ = length_ << 8 | octets.front();
        octets = octets.subspan(1);
        if (!(has_half_a_length_ = !has_half_a_length_)) {
          ++begun_;
          left_ = length_;
          length_ = 0;
        }
        continue;
      }
      const std::size_t some = left_ < octets.size() ? left_ : octets.size();
      left_ -= some;
      octets = octets.subspan(some);
    }
  }

  /// Messages of which at least the length has gone by.
  std::uint64_t begun() const noexcept { return begun_; }

 private:
  std::uint64_t begun_ = 0;
  std::size_t left_ = 0;  // octets of the present message
  std::size_t length_ = 0;
  bool has_half_a_length_ = false;
};

}  // namespace easydkim
