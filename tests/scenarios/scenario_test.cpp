// SPDX-License-Identifier: Apache-2.0
#include "tests/support/scenario.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <stdexcept>

namespace easydkim {
namespace {

namespace fs = std::filesystem;
using tests::scenario;

/// All scenario files, in the order of their names.
std::set<fs::path> scenario_files() {
  std::set<fs::path> files;
  for (const auto& each : fs::directory_iterator{fs::path{EASYDKIM_SOURCE_DIR} / "tests/scenarios"})
    if (each.path().extension() == ".txt") files.insert(each.path());
  return files;
}

std::string text_of(const fs::path& file) {
  std::ifstream in{file};
  if (!in) throw std::runtime_error{"cannot read " + file.string()};
  return {std::istreambuf_iterator<char>{in}, {}};
}

class told_life : public testing::TestWithParam<fs::path> {};

TEST_P(told_life, is_as_the_file_tells) {
  EXPECT_NO_THROW(scenario(GetParam().filename().string(), text_of(GetParam())).play());
}

INSTANTIATE_TEST_SUITE_P(scenarios, told_life, testing::ValuesIn(scenario_files()),
                         [](const auto& each) { return each.param.stem().string(); });

/// What reading and playing `text` complains about; empty when all is well.
std::string complaint(std::string_view text) {
  try {
    scenario{"life.txt", text}.play();
    return {};
  } catch (const std::runtime_error& fault) {
    return fault.what();
  }
}

TEST(scenario, names_file_and_line_of_a_word_that_it_does_not_know) {
  EXPECT_TRUE(
      complaint("at 0s verify\n\nat 1h publsh all\n").starts_with("life.txt:3: 'publsh' is not a verb"));
  EXPECT_TRUE(complaint("expct Success").starts_with("life.txt:1: 'expct' is not 'expect'"));
  EXPECT_TRUE(complaint("expect Sucess").starts_with("life.txt:1: 'Sucess' is not an expectation"));
  EXPECT_TRUE(complaint("at noon verify").starts_with("life.txt:1: 'noon' is not a time"));
  EXPECT_TRUE(complaint("at 5 verify").starts_with("life.txt:1: '5' is not a time"));
  EXPECT_TRUE(complaint("at 0s publish 4").starts_with("life.txt:1: '4' is not 'all' or records 1 to 3"));
  EXPECT_TRUE(complaint("at 0s verify now").starts_with("life.txt:1: 'now' is too much here"));
  EXPECT_TRUE(complaint("at 0s").starts_with("life.txt:1: the line ends where a verb was expected"));
}

TEST(scenario, refuses_a_wrong_word_even_after_lines_that_would_fail_first) {
  EXPECT_TRUE(complaint("expect Success at 0s\nat 1h publsh all\n").starts_with("life.txt:2: "));
}

TEST(scenario, refuses_a_file_in_which_nothing_happens) {
  EXPECT_TRUE(complaint("# at 0s verify\n\n").starts_with("life.txt:1: nothing happens"));
}

TEST(scenario, says_what_there_was_instead_of_what_was_expected) {
  const std::string said = complaint("at 0s verify\nexpect Success by 1h\n");

  EXPECT_TRUE(said.starts_with("life.txt:2: expect Success by 1h\n  at 1h: not so, but Pending, absent"))
      << said;
}

TEST(scenario, fails_for_every_expectation_that_does_not_hold) {
  for (const std::string wrong :
       {"never Pending until 1h", "life Success", "signing on", "finding 1 found", "finding 1 absent nodata",
        "advice 1 contains \"all is well\"", "reason contains \"expired\"", "checks at most 0", "checks 0",
        "lookups at least 1000", "writes 0", "window ends at 1h", "next-check by 1s", "next-check never",
        "tokens replaced", "Success", "Success at 2h", "Success by 2h"}) {
    EXPECT_NE(complaint("at 0s verify\nexpect Pending at 1m\nexpect " + wrong), "") << wrong;
  }
}

TEST(scenario, does_not_go_back_in_time) {
  EXPECT_NE(complaint("at 2h verify\nat 1h publish all\n").find("this time has passed already"),
            std::string::npos);
}

TEST(scenario, refuses_what_makes_no_sense_at_its_point) {
  EXPECT_NE(complaint("at 0s publish all").find("there is no identity"), std::string::npos);
  EXPECT_NE(complaint("at 0s start daemon").find("is running already"), std::string::npos);
  EXPECT_NE(complaint("at 0s stop daemon\nat 1s verify").find("the daemon is stopped"), std::string::npos);
}

}  // namespace
}  // namespace easydkim
