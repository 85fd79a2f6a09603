// SPDX-License-Identifier: Apache-2.0
// The command line: what is understood, what is wrong usage, and the help.
#include <gtest/gtest.h>

#include <fstream>

#include "client/commands.hpp"
#include "client/formats/record_format.hpp"
#include "tests/client/client_run.hpp"

namespace easydkim {
namespace {

/// A file of the project.
std::string content(const std::string& name) {
  std::ifstream file{EASYDKIM_SOURCE_DIR "/" + name};
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(client_usage, wrong_usage_is_status_2_one_sentence_and_where_the_help_is) {
  const std::vector<std::vector<std::string>> wrong{
      {},
      {"frobnicate"},
      {"--bogus", "list"},
      {"verify"},
      {"verify", "a.example", "b.example"},
      {"records", "a.example", "--format", "yaml"},
      {"records", "a.example", "--format", "csv", "--json"},
      {"list", "--status", "Perhaps"},
      {"list", "--type", "EmailAddress"},
      {"list", "a.example"},
      {"wait", "a.example", "--timeout", "30"},
      {"wait", "a.example", "--timeout", "-1s"},
      {"delete"},
      {"import"},
      {"backup"},
      {"backup", "--compact"},
      {"watch", "a.example"},
      {"--account", "a b", "list"},
      {"--account", "", "list"},
      {"list", "--socket"},
  };
  for (const auto& arguments : wrong) {
    const auto run = run_client(arguments);
    const std::string shown = ::testing::PrintToString(arguments);
    EXPECT_EQ(run.status, 2) << shown;
    EXPECT_EQ(run.out, "") << shown;
    EXPECT_TRUE(run.err.starts_with("easydkim: ")) << shown << run.err;
    EXPECT_EQ(std::ranges::count(run.err, '\n'), 1) << shown << run.err;
    if (run.err.find("give either") == run.err.npos) {
      EXPECT_NE(run.err.find("--help)\n"), run.err.npos) << shown << run.err;
    }
  }
}

TEST(client_usage, a_wrong_status_names_the_allowed_ones) {
  EXPECT_EQ(run_client({"list", "--status", "Perhaps"}).err,
            "easydkim: --status: 'Perhaps' is wrong; use NotStarted, Pending, Success, Failed or "
            "TemporaryFailure (see easydkim list --help)\n");
}

TEST(client_usage, a_duration_without_a_unit_is_told_how_to_write_it) {
  EXPECT_NE(run_client({"wait", "a.example", "--timeout", "30"}).err.find("200ms, 15s, 10m or 72h"),
            std::string::npos);
}

TEST(client_usage, what_was_typed_is_escaped) {
  EXPECT_EQ(run_client({"list", "\033[2J"}).err.find('\033'), std::string::npos);
}

TEST(client_usage, help_lists_every_command_and_each_command_has_its_own) {
  const auto all = run_client({"--help"});
  EXPECT_EQ(all.status, 0);
  for (const command& each : commands()) {
    EXPECT_NE(all.out.find(each.summary), std::string::npos) << each.name;
    const auto own = run_client({std::string{each.name}, "--help"});
    EXPECT_EQ(own.status, 0) << each.name;
    EXPECT_TRUE(own.out.starts_with("Usage: easydkim " + std::string{each.name})) << own.out;
  }
}

TEST(client_usage, help_of_a_command_comes_also_when_its_arguments_stand_before) {
  const auto run = run_client({"wait", "example.com", "--help"});
  EXPECT_EQ(run.status, 0);
  EXPECT_TRUE(run.out.starts_with("Usage: easydkim wait DOMAIN")) << run.out;
}

TEST(client_usage, no_line_of_the_help_is_wider_than_a_terminal) {
  std::vector<std::string> texts{run_client({"--help"}).out};
  for (const command& each : commands()) texts.push_back(run_client({std::string{each.name}, "-h"}).out);
  for (const std::string& text : texts) {
    std::istringstream lines{text};
    for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 100U) << line;
  }
}

TEST(client_usage, every_format_of_the_records_is_in_the_help_the_manual_and_the_completion) {
  const std::string help = run_client({"records", "--help"}).out;
  const std::string manual = content("man/easydkim.1");
  const std::string completion = content("completions/easydkim.bash");
  std::string words = record_format_words();
  std::ranges::replace(words, ',', ' ');
  std::istringstream each{words};
  std::string in_completion;
  for (std::string word; each >> word;) {
    if (word == "or") continue;
    EXPECT_NE(help.find(word), std::string::npos) << word;
    EXPECT_NE(manual.find("\n.It Cm " + word + "\n"), std::string::npos) << word;
    in_completion += (in_completion.empty() ? "" : " ") + word;
  }
  EXPECT_NE(completion.find("'" + in_completion + "'"), std::string::npos) << in_completion;
}

TEST(client_usage, a_wrong_format_names_the_allowed_ones) {
  EXPECT_EQ(run_client({"records", "a.example", "--format", "yaml"}).err,
            "easydkim: --format: 'yaml' is wrong; use table, zone, json, csv, route53, terraform, octodns or "
            "nsupdate (see easydkim records --help)\n");
}

TEST(client_usage, version_names_the_program) {
  const auto run = run_client({"--version"});
  EXPECT_EQ(run.status, 0);
  EXPECT_TRUE(run.out.starts_with("easydkim ")) << run.out;
}

TEST(client_usage, durations_have_the_units_of_the_configuration) {
  using namespace std::chrono_literals;
  EXPECT_EQ(parse_duration("200ms"), 200ms);
  EXPECT_EQ(parse_duration("15s"), 15s);
  EXPECT_EQ(parse_duration("10m"), 10min);
  EXPECT_EQ(parse_duration("72h"), 72h);
  EXPECT_EQ(parse_duration("0s"), 0s);
  EXPECT_EQ(parse_duration("1d"), 24h);
  for (const std::string_view wrong : {"", "s", "5", "-5s", "+5s", " 5s", "5 s", "5w", "1.5s", "5ss",
                                       "99999999999999999999s", "9999999999h"})
    EXPECT_EQ(parse_duration(wrong), std::nullopt) << wrong;
}

TEST(client_usage, times_are_read_as_the_daemon_writes_them) {
  EXPECT_EQ(to_rfc3339(*parse_rfc3339("2026-11-23T07:51:11Z")), "2026-11-23T07:51:11Z");
  EXPECT_EQ(*parse_rfc3339("1970-01-01T00:00:00.2509Z"), time_point{std::chrono::milliseconds{250}});
  for (const std::string_view wrong :
       {"", "Z", "2026-11-23", "2026-11-23T07:51:11", "2026-11-23T07:51:11+01:00", "2026-13-23T07:51:11Z",
        "2026-02-30T07:51:11Z", "2026-11-23T24:51:11Z", "2026-11-23T07:51:11.Z", "2026-11-23T07:51:11.1x3Z",
        "2026-11-23 07:51:11Z"})
    EXPECT_EQ(parse_rfc3339(wrong), std::nullopt) << wrong;
}

}  // namespace
}  // namespace easydkim
