// SPDX-License-Identifier: Apache-2.0
// A record as its octets, one value after the other, with a checksum at the end.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/store/records/big_endian.hpp"
#include "core/time_point.hpp"

namespace easydkim {

/// `bytes` without the checksum at their end, CRC-32C (Castagnoli); nothing when it is another.
std::optional<std::string_view> checked_content(std::string_view bytes);

class octet_writer {
 public:
  octet_writer() { bytes_.reserve(256); }
  void octet(std::uint8_t value) { bytes_ += static_cast<char>(value); }
  template <std::size_t Octets>
  void number(std::uint64_t value) {
    bytes_ += big_endian<Octets>{value}.bytes();
  }
  void time(time_point when) { number<8>(static_cast<std::uint64_t>(when.time_since_epoch().count())); }
  /// Zeros in its place where there is none.
  void time_in_place(const std::optional<time_point>& when) { time(when.value_or(time_point{})); }

  void octets(std::string_view value) { bytes_ += value; }

  /// `value` behind its length, which has `Octets` octets.
  template <std::size_t Octets>
  void text(std::string_view value) {
    number<Octets>(value.size());
    bytes_ += value;
  }
  template <class Token>
  void bits(const Token& value) {
    bytes_.append(value.bits().begin(), value.bits().end());
  }

  /// All of it, and the checksum.
  std::string finished() &&;

 private:
  std::string bytes_;
};

/// Takes values from the front. Once one is missing or not allowed, `good` stays false.
class octet_reader {
 public:
  explicit octet_reader(std::string_view content) : left_{content} {}
  bool good() const { return good_; }
  bool at_end() const { return left_.empty(); }
  void refuse() { good_ = false; }

  std::string_view octets(std::size_t count) {
    if (left_.size() < count) {
      good_ = false;
      left_ = {};
      return {};
    }
    const std::string_view taken = left_.substr(0, count);
    left_.remove_prefix(count);
    return taken;
  }
  std::uint8_t octet_up_to(std::uint8_t last) {
    const auto value = static_cast<std::uint8_t>(from_big_endian(octets(1)));
    if (value <= last) return value;
    good_ = false;
    return 0;
  }
  template <class Enum>
  Enum value_up_to(Enum last) {
    return static_cast<Enum>(octet_up_to(static_cast<std::uint8_t>(last)));
  }
  template <std::size_t Octets>
  std::uint64_t number() {
    const std::string_view taken = octets(Octets);
    return taken.empty() ? 0 : from_big_endian({taken.data(), Octets});
  }
  time_point time() { return time_point{duration{static_cast<duration::rep>(number<8>())}}; }
  std::optional<time_point> time_if(bool there) { return there ? std::optional{time()} : std::nullopt; }
  std::optional<time_point> time_in_place(bool there) {
    const time_point read = time();
    if (there) return read;
    good_ = good_ && read == time_point{};
    return std::nullopt;
  }
  template <std::size_t Octets>
  std::string_view text() {
    return octets(static_cast<std::size_t>(number<Octets>()));
  }
  template <class Token>
  Token bits() {
    std::array<std::uint8_t, Token::octets> value{};
    if (const std::string_view taken = octets(Token::octets); !taken.empty())
      std::memcpy(value.data(), taken.data(), value.size());
    return Token{value};
  }

 private:
  std::string_view left_;
  bool good_ = true;
};

}  // namespace easydkim
