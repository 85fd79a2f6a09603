// SPDX-License-Identifier: Apache-2.0
#include "core/token.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace easydkim {
namespace {

constexpr std::string_view alphabet = "abcdefghijklmnopqrstuvwxyz234567";

/// Ten bits at a time: an answer shows each token three times.
constexpr auto pairs = [] {
  std::array<std::array<char, 2>, 1024> all{};
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = {alphabet[i / 32], alphabet[i % 32]};
  return all;
}();

}  // namespace

token::token(std::span<const std::uint8_t, octets> bits) noexcept {
  std::ranges::copy(bits, bits_.begin());
}

std::array<char, token::characters> token::letters() const noexcept {
  constexpr std::size_t group = 5;  // octets, which are eight characters
  std::array<char, characters> shown{};
  char* out = shown.data();
  for (std::size_t begin = 0; begin < octets; begin += group) {
    std::uint64_t window = 0;
    for (std::size_t i = 0; i < group; ++i) window = window << 8 | bits_[begin + i];
    for (unsigned shift = 8 * group; shift > 0;)
      std::memcpy(std::exchange(out, out + 2), pairs[window >> (shift -= 10) & 1023].data(), 2);
  }
  return shown;
}

std::string token::text() const {
  const auto shown = letters();
  return {shown.begin(), shown.end()};
}

result<token> token::parse(std::string_view text) {
  if (text.size() != characters) return errc::token_malformed;
  token parsed;
  std::uint32_t window = 0;
  unsigned held = 0;
  auto out = parsed.bits_.begin();
  for (const char c : text) {
    const std::size_t value = alphabet.find(c);
    if (value == alphabet.npos) return errc::token_malformed;
    window = (window << 5 | static_cast<std::uint32_t>(value)) & 0xFFF;
    held += 5;
    if (held < 8) continue;
    held -= 8;
    *out++ = static_cast<std::uint8_t>(window >> held);
  }
  return parsed;
}

token_set make_tokens(std::span<const std::uint8_t, records_per_identity * token::octets> random) noexcept {
  return {token{random.subspan<0, token::octets>()}, token{random.subspan<token::octets, token::octets>()},
          token{random.subspan<2 * token::octets, token::octets>()}};
}

}  // namespace easydkim
