// SPDX-License-Identifier: Apache-2.0
#include "resolver/transport/pace.hpp"

#include <gtest/gtest.h>

namespace easydkim {
namespace {

using namespace std::chrono_literals;

constexpr time_point start{std::chrono::hours{500'000}};

int taken(pace& permits, time_point now, int most = 100'000, pace::taker who = pace::taker::poll) {
  int count = 0;
  while (count < most && permits.take(who, now)) ++count;
  return count;
}

TEST(Pace, LetsATenthOfASecondStartAtOnce) {
  pace permits{5000, start};
  EXPECT_EQ(taken(permits, start), 500);
  EXPECT_EQ(taken(permits, start + 10ms), 50);
  EXPECT_EQ(taken(permits, start + 1h), 500) << "a rest saves up no more than that";
}

/// By polls that ask once in `step`.
int taken_in_ten_seconds(pace& permits, duration step) {
  int count = 0;
  for (time_point now = start; now < start + 10s; now += step) count += taken(permits, now);
  return count;
}

TEST(Pace, HoldsOnAverage) {
  pace permits{1000, start};
  EXPECT_NEAR(taken_in_ten_seconds(permits, 3ms), 10'000, 110);
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
  EXPECT_EQ(permits.next_permit(pace::taker::poll, start), start + 5ms);
  EXPECT_EQ(taken(permits, start + 4ms), 0) << "a system call for each would cost more than the lookup";
  EXPECT_EQ(permits.next_permit(pace::taker::poll, start + 4ms), start + 5ms);
  EXPECT_EQ(taken(permits, start + 5ms), 25) << "and nothing is lost";
}

TEST(Pace, NeverHoldsBackWithoutALimit) {
  pace permits{0, start};
  permits.charge();
  EXPECT_EQ(taken(permits, start, 10'000), 10'000);
  EXPECT_EQ(permits.next_permit(pace::taker::poll, start), start);
}

TEST(Pace, MakesTheNextCheckWaitForTheFurtherLookupsOfThisOne) {
  pace permits{10, start};
  ASSERT_TRUE(permits.take(pace::taker::poll, start));
  for (int i = 0; i < 6; ++i) permits.charge();
  EXPECT_FALSE(permits.take(pace::taker::poll, start + 600ms));
  EXPECT_TRUE(permits.take(pace::taker::poll, start + 700ms));
}

TEST(Pace, SaysWhenTheNextMayStart) {
  pace permits{4, start};
  EXPECT_EQ(permits.next_permit(pace::taker::poll, start), start);
  ASSERT_EQ(taken(permits, start), 1);
  const time_point next = permits.next_permit(pace::taker::poll, start);
  EXPECT_GE(next, start + 250ms);
  EXPECT_LE(next, start + 260ms);
  EXPECT_FALSE(permits.take(pace::taker::poll, start + 240ms));
  EXPECT_TRUE(permits.take(pace::taker::poll, next));
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

TEST(Pace, OwesNoMoreThanASecondOfTheRate) {
  pace permits{10, start};
  for (int i = 0; i < 3000; ++i) permits.charge();
  EXPECT_EQ(taken(permits, start + 1s), 0);
  EXPECT_EQ(taken(permits, start + 1100ms), 1);
}

TEST(Pace, ForgivesWhatIsOwedWithANewRate) {
  pace permits{1, start};
  for (int i = 0; i < 600; ++i) permits.charge();
  permits.set_rate(5000, start);
  EXPECT_EQ(taken(permits, start + 10ms), 50);
}

TEST(Pace, LeavesAFifthToPollsWhateverPeopleTake) {
  pace permits{1000, start};
  int of_people = 0, of_polls = 0;
  for (time_point now = start; now < start + 10s; now += 5ms) {
    of_people += taken(permits, now, 100'000, pace::taker::person);
    of_polls += taken(permits, now);
  }
  EXPECT_NEAR(of_people, 8000, 100);
  EXPECT_NEAR(of_polls, 2000, 150);
}

TEST(Pace, GivesPollsWhatPeopleDoNotTake) {
  pace permits{1000, start};
  EXPECT_NEAR(taken_in_ten_seconds(permits, 5ms), 10'000, 110);
}

TEST(Pace, TellsPeopleWhenTheirShareIsThereAgain) {
  pace permits{10, start};
  ASSERT_EQ(taken(permits, start, 10, pace::taker::person), 1);
  const time_point next = permits.next_permit(pace::taker::person, start);
  EXPECT_GE(next, start + 125ms);
  EXPECT_FALSE(permits.take(pace::taker::person, start + 120ms));
  EXPECT_TRUE(permits.take(pace::taker::person, next));
}

}  // namespace
}  // namespace easydkim
