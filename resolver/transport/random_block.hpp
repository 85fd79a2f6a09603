// SPDX-License-Identifier: Apache-2.0
// Random octets in small portions, drawn in large ones.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

namespace easydkim {

/// Asks its source for 4 KiB at a time: a system call for a hundred questions instead of one for each.
class random_block {
 public:
  /// `source` fills a span from a cryptographic generator, or throws.
  explicit random_block(std::function<void(std::span<std::uint8_t>)> source) : source_{std::move(source)} {}

  /// The next `count` octets, which nobody gets twice; valid until the next call.
  template <std::size_t count>
  std::span<const std::uint8_t, count> take() {
    static_assert(count <= octets);
    if (octets - used_ < count) {
      source_(block_);
      used_ = 0;
    }
    const std::span<const std::uint8_t, count> taken{block_.data() + used_, count};
    used_ += count;
    return taken;
  }

 private:
  static constexpr std::size_t octets = 4096;

  std::function<void(std::span<std::uint8_t>)> source_;
  std::array<std::uint8_t, octets> block_{};
  std::size_t used_ = octets;
};

}  // namespace easydkim
