// Numbers as octets on disk, most significant first, so that keys sort as numbers do.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace easydkim {

/// A number as `Octets` octets; converts to bytes while it lives.
template <std::size_t Octets>
class big_endian {
 public:
  explicit big_endian(std::uint64_t value) noexcept {
    for (std::size_t i = Octets; i-- > 0; value >>= 8) octets_[i] = static_cast<char>(value & 0xFF);
  }
  std::string_view bytes() const noexcept { return {octets_.data(), octets_.size()}; }

 private:
  std::array<char, Octets> octets_{};
};

/// The number in `bytes`, of which there are at most 8.
inline std::uint64_t from_big_endian(std::string_view bytes) noexcept {
  std::uint64_t value = 0;
  for (const char octet : bytes) value = value << 8 | static_cast<unsigned char>(octet);
  return value;
}

}  // namespace easydkim
