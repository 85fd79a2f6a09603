// SPDX-License-Identifier: Apache-2.0
#include "resolver/transport/message_count.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace easydkim::tests {
namespace {

TEST(MessageCount, CountsMessagesHoweverTheyAreCut) {
  // Of three, none and 258 octets
  std::vector<std::uint8_t> stream{0, 3, 'a', 'b', 'c', 0, 0, 1, 2};
  stream.insert(stream.end(), 258, 'x');
  for (std::size_t piece = 1; piece <= stream.size(); ++piece) {
    message_count count;
    for (std::size_t at = 0; at < stream.size(); at += piece)
      count.add({stream.data() + at, std::min(piece, stream.size() - at)});
    EXPECT_EQ(count.begun(), 3U) << piece;
  }
}

TEST(MessageCount, CountsAMessageOnceItsLengthIsThere) {
  message_count count;
  const std::vector<std::uint8_t> length{0, 12};
  count.add({length.data(), 1});
  EXPECT_EQ(count.begun(), 0U);
  count.add({length.data() + 1, 1});
  EXPECT_EQ(count.begun(), 1U);
}

}  // namespace
}  // namespace easydkim::tests
