// SPDX-License-Identifier: Apache-2.0
#include "daemon/config/quantity.hpp"

#include <gtest/gtest.h>

namespace easydkim {
namespace {

using namespace std::chrono_literals;

TEST(duration_text, reads_one_number_and_one_unit) {
  EXPECT_EQ(duration_from_string("200ms"), 200ms);
  EXPECT_EQ(duration_from_string("15s"), 15s);
  EXPECT_EQ(duration_from_string("10m"), 10min);
  EXPECT_EQ(duration_from_string("72h"), 72h);
  EXPECT_EQ(duration_from_string("1d"), 24h);
  EXPECT_EQ(duration_from_string("0s"), 0s);
}

TEST(duration_text, takes_nothing_else) {
  for (const auto* text :
       {"", "15", "s", "-1s", "+1s", " 1s", "1 s", "1s ", "1h30m", "1.5s", "1S", "1us", "0x1s"})
    EXPECT_EQ(duration_from_string(text), std::nullopt) << text;
}

TEST(duration_text, refuses_what_does_not_fit_instead_of_wrapping) {
  EXPECT_EQ(duration_from_string("9223372036854775807ms"), duration{9223372036854775807});
  EXPECT_EQ(duration_from_string("9223372036854775808ms"), std::nullopt);
  EXPECT_EQ(duration_from_string("9223372036854775807s"), std::nullopt);
  EXPECT_EQ(duration_from_string("99999999999999999999s"), std::nullopt);
}

TEST(duration_text, writes_what_it_reads_with_the_largest_unit_up_to_hours) {
  for (const auto* text : {"0ms", "200ms", "15s", "10m", "72h", "1500ms", "90s"})
    EXPECT_EQ(to_string(*duration_from_string(text)), text);
  EXPECT_EQ(to_string(*duration_from_string("3d")), "72h");
}

TEST(size_text, reads_binary_units_only) {
  EXPECT_EQ(size_from_string("512B"), 512U);
  EXPECT_EQ(size_from_string("4KiB"), 4096U);
  EXPECT_EQ(size_from_string("512MiB"), 512U << 20);
  EXPECT_EQ(size_from_string("16GiB"), std::uint64_t{16} << 30);
  EXPECT_EQ(size_from_string("1TiB"), std::uint64_t{1} << 40);
  for (const auto* text : {"", "16", "16GB", "16G", "16gib", "-1KiB", "9999999999TiB"})
    EXPECT_EQ(size_from_string(text), std::nullopt) << text;
}

TEST(size_text, writes_what_it_reads) {
  for (const auto* text : {"0B", "513B", "4KiB", "512MiB", "16GiB", "2TiB"})
    EXPECT_EQ(size_to_string(*size_from_string(text)), text);
}

}  // namespace
}  // namespace easydkim
