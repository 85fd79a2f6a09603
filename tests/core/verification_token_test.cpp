// SPDX-License-Identifier: Apache-2.0
#include "core/verification_token.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace easydkim {
namespace {

using bits = std::array<std::uint8_t, verification_token::octets>;

TEST(VerificationToken, IsBase64WithPadding) {
  bits counted{};
  std::ranges::generate(counted, [next = std::uint8_t{1}]() mutable { return next++; });
  EXPECT_EQ(verification_token{counted}.text(), "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=");

  bits all{};
  all.fill(0xFF);
  EXPECT_EQ(verification_token{all}.text(), std::string(42, '/') + "8=");
  EXPECT_EQ(verification_token{}.text(), std::string(43, 'A') + "=");
  EXPECT_EQ(verification_token{}.text().size(), verification_token::characters);
}

TEST(VerificationToken, ShowsEveryBit) {
  for (std::size_t bit = 0; bit < 256; ++bit) {
    bits one{};
    one[bit / 8] = static_cast<std::uint8_t>(1U << bit % 8);
    EXPECT_NE(verification_token{one}.text(), verification_token{}.text()) << bit;
  }
}

}  // namespace
}  // namespace easydkim
