#include "resolver/record_tally.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace easydkim {
namespace {

using enum finding_kind;

const finding here{found, finding_reason::none, {}};
const finding gone{absent, finding_reason::no_such_name, {}};
const finding silent{no_answer, finding_reason::timeout, {}};
const finding not_asked{no_answer, finding_reason::servers_unreachable, {}};
const finding broken{no_answer, finding_reason::servfail, {}};
const finding other{wrong_target, finding_reason::other_target, "elsewhere.example.org"};

const finding split{absent, finding_reason::on_some_servers, "ns2"};

finding of(const std::vector<finding>& all, needed whom = needed::all) {
  std::vector<server_finding> findings;
  for (const finding& each : all) findings.push_back({"ns" + std::to_string(findings.size() + 1), each});
  return tally(findings, whom);
}

TEST(Tally, FindsWhatAllHave) {
  EXPECT_EQ(of({here}), here);
  EXPECT_EQ(of({here, here}), here);
  EXPECT_EQ(of({here, here, silent, broken}), here);
}

TEST(Tally, IsNotContentWithOneOfSeveral) {
  EXPECT_EQ(of({here, silent}), silent);
  EXPECT_EQ(of({broken, here, silent}), broken) << "what says most";
  EXPECT_EQ(of({not_asked, here}), not_asked) << "it is only busy";
}

TEST(Tally, NeverTakesTheWordOfOneOfTwoEvenWhenTheOtherHasBeenDeadForAWhile) {
  const std::vector<server_finding> all{{"ns1", here, false}, {"ns2", not_asked, true}};
  EXPECT_EQ(tally(all), not_asked);
  EXPECT_EQ(tally(all, needed::majority), here) << "what was found before is not lost by that";
  const std::vector<server_finding> three{
      {"ns1", here, false}, {"ns2", not_asked, true}, {"ns3", here, false}};
  EXPECT_EQ(tally(three), here);
  const std::vector<server_finding> resting{{"ns1", not_asked, true}, {"ns2", not_asked, true}};
  EXPECT_EQ(tally(resting), not_asked) << "that nobody is awake is no proof";
}

TEST(Tally, SaysThatOnlySomeHaveIt) {
  EXPECT_EQ(of({here, gone, here}), (finding{absent, finding_reason::on_some_servers, "ns2"}));
  EXPECT_EQ(of({gone, here, silent}), (finding{absent, finding_reason::on_some_servers, "ns1"}));
}

TEST(Tally, LetsTwoOutvoteOneWhereTheMajorityIsEnough) {
  EXPECT_EQ(of({here, gone, here}, needed::majority), here);
  EXPECT_EQ(of({gone, here, here, silent}, needed::majority), here) << "silence has no vote";
  EXPECT_EQ(of({here, gone, gone, here, here}, needed::majority), here);
}

TEST(Tally, TakesHalfForNoMajorityAndOneForNobody) {
  EXPECT_EQ(of({here, gone}, needed::majority), split);
  EXPECT_EQ(of({here, gone, here, gone}, needed::majority), split);
  EXPECT_EQ(of({here, gone, silent}, needed::majority), split);
  EXPECT_EQ(of({here, silent}, needed::majority), silent) << "two of them, also then";
  EXPECT_EQ(of({gone, gone, gone}, needed::majority), gone);
}

TEST(Tally, LetsAnotherTargetCountMostAlsoAgainstAMajority) {
  EXPECT_EQ(of({here, here, gone, other}, needed::majority), other);
}

TEST(Needed, IsEveryServerUntilTheSplitHasLastedForAnHour) {
  const time_point begin{std::chrono::hours{500'000}};
  const known_record before{split, begin};
  EXPECT_EQ(needed_after(before, begin), needed::all);
  EXPECT_EQ(needed_after(before, begin + longest_split - duration{1}), needed::all);
  EXPECT_EQ(needed_after(before, begin + longest_split), needed::majority);
  EXPECT_EQ(needed_after({split, {}}, begin), needed::all) << "since when is not known";
}

TEST(Needed, IsEveryServerForARecordThatWasNeverSeen) {
  const time_point begin{std::chrono::hours{500'000}};
  for (const finding& each : {finding{}, gone, other, silent})
    EXPECT_EQ(needed_after({each, begin}, begin + 10 * longest_split), needed::all);
}

TEST(Needed, IsTheMajorityForARecordThatCountedAsFoundBefore) {
  const time_point begin{std::chrono::hours{500'000}};
  EXPECT_EQ(needed_after({here, begin}, begin), needed::majority);
  EXPECT_EQ(needed_after({{found, finding_reason::not_visible, {}}, begin}, begin), needed::majority);
}

TEST(Tally, SaysThatNobodyHasIt) {
  EXPECT_EQ(of({gone}), gone);
  EXPECT_EQ(of({gone, gone, silent}), gone);
}

TEST(Tally, LetsAnotherTargetCountMost) {
  EXPECT_EQ(of({here, here, other}), other);
  EXPECT_EQ(of({gone, other, here}), other);
  EXPECT_EQ(of({silent, other}), other);
}

TEST(Tally, SaysWhyNobodyAnswered) {
  EXPECT_EQ(of({silent, silent}), silent);
  EXPECT_EQ(of({silent, broken}), broken);
  EXPECT_EQ(of({not_asked, silent}), silent);
  EXPECT_EQ(of({}), not_asked);
}

}  // namespace
}  // namespace easydkim
