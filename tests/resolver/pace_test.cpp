#include "resolver/pace.hpp"

#include <gtest/gtest.h>

namespace easydkim {
namespace {

using namespace std::chrono_literals;

constexpr time_point start{std::chrono::hours{500'000}};

int taken(pace& permits, time_point now, int most = 100'000) {
  int count = 0;
  while (count < most && permits.take(now)) ++count;
  return count;
}

TEST(Pace, LetsATenthOfASecondStartAtOnce) {
  pace permits{5000, start};
  EXPECT_EQ(taken(permits, start), 500);
  EXPECT_EQ(taken(permits, start + 10ms), 50);
  EXPECT_EQ(taken(permits, start + 1h), 500) << "a rest saves up no more than that";
}

TEST(Pace, HoldsOnAverage) {
  pace permits{1000, start};
  int count = 0;
  for (time_point now = start; now < start + 10s; now += 3ms) count += taken(permits, now);
  EXPECT_NEAR(count, 10'000, 110);
}

TEST(Pace, LetsOneStartAtATimeWhenItIsSlow) {
  pace permits{1, start};
  EXPECT_EQ(taken(permits, start), 1);
  EXPECT_EQ(taken(permits, start + 999ms), 0);
  EXPECT_EQ(taken(permits, start + 1s), 1);
}

TEST(Pace, LetsThoseThatAreFastStartTogether) {
  pace permits{5000, start};
  ASSERT_EQ(taken(permits, start), 500);
  EXPECT_EQ(permits.next_permit(start), start + 5ms);
  EXPECT_EQ(taken(permits, start + 4ms), 0) << "a system call for each would cost more than the lookup";
  EXPECT_EQ(permits.next_permit(start + 4ms), start + 5ms);
  EXPECT_EQ(taken(permits, start + 5ms), 25) << "and nothing is lost";
}

TEST(Pace, NeverHoldsBackWithoutALimit) {
  pace permits{0, start};
  permits.charge();
  EXPECT_EQ(taken(permits, start, 10'000), 10'000);
  EXPECT_EQ(permits.next_permit(start), start);
}

TEST(Pace, MakesTheNextCheckWaitForTheFurtherLookupsOfThisOne) {
  pace permits{10, start};
  ASSERT_TRUE(permits.take(start));
  for (int i = 0; i < 6; ++i) permits.charge();
  EXPECT_FALSE(permits.take(start + 600ms));
  EXPECT_TRUE(permits.take(start + 700ms));
}

TEST(Pace, SaysWhenTheNextMayStart) {
  pace permits{4, start};
  EXPECT_EQ(permits.next_permit(start), start);
  ASSERT_EQ(taken(permits, start), 1);
  const time_point next = permits.next_permit(start);
  EXPECT_GE(next, start + 250ms);
  EXPECT_LE(next, start + 260ms);
  EXPECT_FALSE(permits.take(start + 240ms));
  EXPECT_TRUE(permits.take(next));
}

TEST(Pace, LosesAtMostOneBurstToAClockThatJumps) {
  pace permits{100, start};
  ASSERT_EQ(taken(permits, start), 10);
  EXPECT_EQ(taken(permits, start - 24h), 0) << "set back";
  EXPECT_EQ(taken(permits, start - 24h + 100ms), 10) << "and going on from there";
  EXPECT_EQ(taken(permits, start + 24h), 10) << "set ahead";
}

TEST(Pace, TakesANewRateFromNowOn) {
  pace permits{5000, start};
  permits.set_rate(1, start);
  EXPECT_EQ(taken(permits, start), 1) << "the large burst is gone";
  permits.set_rate(5000, start + 500ms);
  EXPECT_EQ(taken(permits, start + 500ms), 0) << "time before the change does not count at the new rate";
  EXPECT_EQ(taken(permits, start + 600ms), 500);
}

}  // namespace
}  // namespace easydkim
