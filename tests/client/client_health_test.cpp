// SPDX-License-Identifier: Apache-2.0
// `health`: the decisions about a status file, and the line that monitoring reads.
#include "client/commands/health.hpp"

#include <gtest/gtest.h>

#include "tests/client/client_run.hpp"
#include "tests/client/client_scripted_server.hpp"

namespace easydkim {
namespace {

using namespace std::chrono_literals;

const time_point now = *parse_rfc3339("2026-11-24T12:00:00Z");
const health_limits usual{.max_age = std::nullopt, .warning_lag = 60s, .critical_lag = 300s};

/// A status file that is fine, with one member set to `value` (JSON) at `pointer`.
std::string file(std::string_view pointer = "", std::string_view value = "null") {
  json::value status = json::parse(R"({"version":1,"state":"running","pid":4711,
    "started_at":"2026-11-24T10:00:00Z","updated_at":"2026-11-24T11:59:58Z","interval_seconds":5,
    "identities":{"Pending":2,"Success":1,"Failed":0,"TemporaryFailure":0},"signing_enabled":1,
    "polling":{"lookups_total":120,"lookups_per_second":2.4,"in_flight":0,"overdue":0,"lag_seconds":0.0},
    "resolver":{"healthy":true,"no_answer_total":0,"servers":["127.0.0.1:53"]},
    "store":{"used_bytes":65536,"size_bytes":16777216,"commits_total":3}})");
  if (!pointer.empty()) status.at_pointer(pointer) = json::parse({value.data(), value.size()});
  return json::serialize(status);
}

TEST(client_health, a_file_that_is_fine_makes_a_plugin_line_with_data) {
  EXPECT_EQ(
      to_line(judge_health(file(), now, usual)),
      "EASYDKIM OK - running, identities: 3, lag 0.0s | lag=0.0s;60;300;0 overdue=0 pending=2 success=1 "
      "failed=0 temporary_failure=0 signing=1 age=2.0s;;30;0 store=0.4%;80;95;0;100");
}

TEST(client_health, decides_by_the_worst_of_what_it_sees) {
  struct row {
    std::string_view pointer, value;
    health_level expected;
    std::string_view text;
  };
  using enum health_level;
  for (const row& each : std::initializer_list<row>{
           {"/state", R"("starting")", warning, "the daemon is starting"},
           {"/state", R"("stopping")", warning, "the daemon is stopping"},
           {"/state", R"("stopped")", critical, "the daemon is stopped"},
           {"/state", R"("dancing|\u001b")", unknown, "not known: 'dancing/\\027'"},
           {"/updated_at", R"("2026-11-24T11:59:30Z")", ok, "running"},
           {"/updated_at", R"("2026-11-24T11:59:29Z")", critical, "stale, written 31 seconds ago"},
           {"/updated_at", R"("2026-11-24T12:00:30Z")", ok, "running"},
           {"/updated_at", R"("2026-11-24T12:00:31Z")", critical,
            "31 seconds in the future; check the clock"},
           {"/updated_at", R"("yesterday")", unknown, "does not tell when"},
           {"/updated_at", "7", unknown, "does not tell when"},
           {"/resolver/healthy", "false", critical, "the resolver answers no lookup"},
           {"/polling/lag_seconds", "60", ok, "lag 60.0s"},
           {"/polling/lag_seconds", "60.1", warning, "checks are 60.1s late"},
           {"/polling/lag_seconds", "300", warning, "checks are 300.0s late"},
           {"/polling/lag_seconds", "300.1", critical, "checks are 300.1s late"},
           {"/store/used_bytes", "13421772", ok, "running"},
           {"/store/used_bytes", "13421773", warning, "the store is 80.0% full"},
           {"/store/used_bytes", "15938355", warning, "the store is 95.0% full"},
           {"/store/used_bytes", "15938356", critical, "the store is 95.0% full"},
           {"/store/size_bytes", "0", ok, "running"},
           {"/version", "2", unknown, "no status file of version 1"},
       }) {
    const auto report = judge_health(file(each.pointer, each.value), now, usual);
    EXPECT_EQ(report.level, each.expected) << each.pointer << each.value << report.text;
    EXPECT_NE(to_line(report).find(each.text), std::string::npos) << to_line(report);
  }
}

TEST(client_health, tells_everything_that_is_wrong) {
  json::value status = json::parse(file("/polling/lag_seconds", "400"));
  status.at_pointer("/resolver/healthy") = false;
  const auto report = judge_health(json::serialize(status), now, usual);
  EXPECT_EQ(report.level, health_level::critical);
  EXPECT_EQ(report.text, "the resolver answers no lookup, checks are 400.0s late");
}

/// A status file that is fine, but for these faults.
std::string file_with_faults(std::string_view list) {
  json::object status = json::parse(file()).get_object();
  status["faults"] = json::parse({list.data(), list.size()});
  return json::serialize(status);
}

TEST(client_health, lists_the_faults_of_ours_and_goes_by_the_worst) {
  using enum health_level;
  const auto one = judge_health(file_with_faults(R"([{"Fault":"no_ipv6","Since":"2026-11-24T11:00:00Z",
      "What":"no IPv6","Remedy":"give this host a route for IPv6"}])"),
                                now, usual);
  EXPECT_EQ(one.level, warning);
  EXPECT_EQ(one.text, "no_ipv6: no IPv6 (give this host a route for IPv6)");

  const auto two = judge_health(
      file_with_faults(
          R"([{"Fault":"resolver_no_tcp","What":"a","Remedy":"b"},{"Fault":"no_ipv4","What":"c","Remedy":"d"}])"),
      now, usual);
  EXPECT_EQ(two.level, critical);
  EXPECT_EQ(two.text, "resolver_no_tcp: a (b), no_ipv4: c (d)");
  EXPECT_EQ(judge_health(file_with_faults("[]"), now, usual).level, ok);
}

TEST(client_health, warns_of_a_fault_that_only_a_newer_daemon_knows_and_of_a_list_that_is_none) {
  EXPECT_EQ(
      judge_health(file_with_faults(R"([{"Fault":"new_one","What":"a","Remedy":"b"}])"), now, usual).level,
      health_level::warning);
  for (const std::string_view odd : {"7", "[7]", "null", R"(["no_ipv4"])"})
    EXPECT_EQ(judge_health(file_with_faults(odd), now, usual).level, health_level::ok) << odd;
}

TEST(client_health, tells_once_that_the_resolver_is_ill) {
  json::value status = json::parse(file_with_faults(R"([{"Fault":"resolver_ill","What":"a","Remedy":"b"}])"));
  status.at_pointer("/resolver/healthy") = false;
  const auto report = judge_health(json::serialize(status), now, usual);
  EXPECT_EQ(report.level, health_level::critical);
  EXPECT_EQ(report.text, "resolver_ill: a (b)");
}

TEST(client_health, a_long_status_interval_allows_an_older_file_and_max_age_decides_over_it) {
  json::value status = json::parse(file("/updated_at", R"("2026-11-24T11:57:00Z")"));
  status.at_pointer("/interval_seconds") = 60;
  EXPECT_EQ(judge_health(json::serialize(status), now, usual).level, health_level::ok);
  health_limits strict = usual;
  strict.max_age = 2min;
  EXPECT_EQ(judge_health(json::serialize(status), now, strict).level, health_level::critical);
}

TEST(client_health, a_stopped_daemon_is_not_also_called_stale) {
  json::value status = json::parse(file("/state", R"("stopped")"));
  status.at_pointer("/updated_at") = "2026-11-20T11:57:00Z";
  EXPECT_EQ(judge_health(json::serialize(status), now, usual).text, "the daemon is stopped");
}

TEST(client_health, what_is_not_a_status_file_is_unknown) {
  for (const std::string_view content : {"", "{", "[]", "{}", "null", "\xff"})
    EXPECT_EQ(judge_health(content, now, usual).level, health_level::unknown) << content;
}

TEST(client_health, every_level_is_its_exit_status) {
  const scratch_directory files;
  const auto with = [&](const std::string& content, std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"health", "--file", files.write("status.json", content)});
    return run_client(more);
  };
  EXPECT_EQ(with(file()).status, 0);
  EXPECT_EQ(with(file("/polling/lag_seconds", "100")).status, 1);
  EXPECT_EQ(with(file("/polling/lag_seconds", "100"), {"--critical-lag", "90s"}).status, 2);
  EXPECT_EQ(with(file("/polling/lag_seconds", "100"), {"--warning-lag", "2m"}).status, 0);
  EXPECT_EQ(with(file(), {"--max-age", "1s"}).status, 2);
  EXPECT_EQ(with("nonsense").status, 3);
}

TEST(client_health, a_file_that_is_not_there_is_unknown_in_a_plugin_line) {
  const scratch_directory files;
  const std::vector<std::vector<std::string>> cases{
      {"health", "--file", files.file("none.json")},
      {"health", "--file", files.file("")},
  };
  for (const auto& arguments : cases) {
    const auto run = run_client(arguments);
    EXPECT_EQ(run.status, 3) << ::testing::PrintToString(arguments);
    EXPECT_TRUE(run.out.starts_with("EASYDKIM UNKNOWN - ")) << run.out;
    EXPECT_EQ(run.err, "");
  }
}

TEST(client_health, wrong_usage_is_status_2_as_for_every_command) {
  const std::vector<std::vector<std::string>> cases{
      {"health", "--max-age", "5"},
      {"health", "--bogus"},
      {"health", "extra"},
      {"health", "--warning-lag", "10m"},
  };
  for (const auto& arguments : cases) {
    const auto run = run_client(arguments);
    EXPECT_EQ(run.status, 2) << ::testing::PrintToString(arguments);
    EXPECT_EQ(run.out, "");
    EXPECT_TRUE(run.err.starts_with("easydkim: ")) << run.err;
  }
}

}  // namespace
}  // namespace easydkim
