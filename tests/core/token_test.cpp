// SPDX-License-Identifier: Apache-2.0
#include "core/token.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace easydkim {
namespace {

using bits = std::array<std::uint8_t, token::octets>;

bits counting_from(std::uint8_t first) {
  bits octets{};
  std::ranges::generate(octets, [&] { return first++; });
  return octets;
}

TEST(token, is_base32_in_lower_case) {
  // Test vector of RFC 4648 section 10, four times over: "fooba" is MZXW6YTB.
  bits octets{};
  for (std::size_t i = 0; i < octets.size(); ++i) octets[i] = static_cast<std::uint8_t>("fooba"[i % 5]);

  EXPECT_EQ(token{octets}.text(), "mzxw6ytbmzxw6ytbmzxw6ytbmzxw6ytb");
}

TEST(token, shows_the_smallest_and_the_largest_bits) {
  bits largest{};
  largest.fill(0xFF);

  EXPECT_EQ(token{}.text(), std::string(32, 'a'));
  EXPECT_EQ(token{largest}.text(), std::string(32, '7'));
}

TEST(token, reads_back_what_it_shows) {
  std::mt19937 random{42};
  for (int i = 0; i < 1000; ++i) {
    bits octets{};
    std::ranges::generate(octets, [&] { return static_cast<std::uint8_t>(random() & 0xFF); });
    const token original{octets};

    const auto read = token::parse(original.text());

    ASSERT_TRUE(read);
    ASSERT_EQ(*read, original);
    ASSERT_TRUE(std::ranges::equal(read->bits(), octets));
    ASSERT_EQ(original.text().size(), token::characters);
  }
}

TEST(token, refuses_what_is_not_32_characters_of_a_z_and_2_7) {
  const std::string good(32, 'a');
  for (const std::string& wrong :
       {std::string{}, std::string(31, 'a'), std::string(33, 'a'), std::string(32, 'A'), good.substr(1) + "0",
        good.substr(1) + "1", good.substr(1) + "8", good.substr(1) + "-", good.substr(1) + ".",
        " " + good.substr(1), good.substr(1) + std::string(1, '\0'), good.substr(2) + "\xC3\xA4"}) {
    const auto read = token::parse(wrong);
    ASSERT_FALSE(read) << wrong;
    EXPECT_EQ(read.error(), errc::token_malformed);
  }
}

TEST(token, depends_on_every_bit) {
  const bits before = counting_from(1);
  for (std::size_t bit = 0; bit < before.size() * 8; ++bit) {
    bits after = before;
    after[bit / 8] = static_cast<std::uint8_t>(after[bit / 8] ^ 1U << bit % 8);
    EXPECT_NE(token{after}.text(), token{before}.text()) << bit;
  }
}

TEST(make_tokens, uses_each_random_octet_once) {
  std::array<std::uint8_t, records_per_identity * token::octets> random{};
  for (std::size_t i = 0; i < random.size(); ++i) random[i] = static_cast<std::uint8_t>(i);

  const token_set tokens = make_tokens(random);

  EXPECT_EQ(tokens[0], token{counting_from(0)});
  EXPECT_EQ(tokens[1], token{counting_from(20)});
  EXPECT_EQ(tokens[2], token{counting_from(40)});
}

}  // namespace
}  // namespace easydkim
