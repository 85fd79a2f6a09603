// SPDX-License-Identifier: Apache-2.0
// Numbers as octets on disk, most significant first, so that keys sort as numbers do.
#pragma once

#include <endian.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace easydkim {

/// A number as `Octets` octets, of which it has at most 8; converts to bytes while it lives.
template <std::size_t Octets>
class big_endian {
  static_assert(Octets >= 1 && Octets <= sizeof(std::uint64_t));

 public:
  explicit big_endian(std::uint64_t value) noexcept {
    const std::uint64_t whole = htobe64(value);
    std::memcpy(octets_.data(), reinterpret_cast<const char*>(&whole) + sizeof whole - Octets, Octets);
  }
  std::string_view bytes() const noexcept { return {octets_.data(), octets_.size()}; }

 private:
  std::array<char, Octets> octets_;
};

/// The number in `bytes`, of which there are at most 8.
inline std::uint64_t from_big_endian(std::string_view bytes) noexcept {
  std::uint64_t whole = 0;
  const std::size_t octets = std::min(bytes.size(), sizeof whole);
  if (octets > 0) std::memcpy(reinterpret_cast<char*>(&whole) + sizeof whole - octets, bytes.data(), octets);
  return be64toh(whole);
}

}  // namespace easydkim
