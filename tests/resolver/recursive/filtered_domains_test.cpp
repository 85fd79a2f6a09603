// SPDX-License-Identifier: Apache-2.0
#include "resolver/recursive/filtered_domains.hpp"

#include <gtest/gtest.h>

namespace easydkim {
namespace {

using namespace std::chrono_literals;

constexpr steady_time start{1000h};

TEST(FilteredDomains, AreNoneAtFirst) {
  filtered_domains all;
  EXPECT_EQ(all.summary(start), std::nullopt);
}

TEST(FilteredDomains, AreToldByTheLatestAndHowManyMoreThereAre) {
  filtered_domains all;
  all.denied("a.example", "x.a.example: why", start);
  EXPECT_EQ(all.summary(start), "x.a.example: why");
  all.denied("b.example", "x.b.example: why", start + 1s);
  all.denied("b.example", "x.b.example: why", start + 2s);
  EXPECT_EQ(all.summary(start + 2s), "x.b.example: why; and of 1 more domains");
}

TEST(FilteredDomains, AreOverWhenTheResolverShowsThemOrAfterAWhile) {
  filtered_domains all;
  all.denied("a.example", "a", start);
  all.denied("b.example", "b", start + 1h);
  all.shown("b.example");
  EXPECT_EQ(all.summary(start + 1h), "a");
  EXPECT_EQ(all.summary(start + 2h), std::nullopt);
}

TEST(FilteredDomains, AreBoundedInNumber) {
  filtered_domains all;
  for (int i = 0; i < 1000; ++i) all.denied(std::to_string(i), std::to_string(i), start);
  EXPECT_EQ(all.summary(start), "999; and of 15 more domains");
}

}  // namespace
}  // namespace easydkim
