// SPDX-License-Identifier: Apache-2.0
#include "client/commands/health.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <system_error>
#include <vector>

#include "client/connection/failure.hpp"
#include "client/text/duration_text.hpp"
#include "core/fault.hpp"
#include "core/printable.hpp"

namespace easydkim {
namespace {

constexpr duration least_max_age = std::chrono::seconds{30};
constexpr double store_warning = 80, store_critical = 95;  // percent
constexpr std::array<std::string_view, 4> states{"starting", "running", "stopping", "stopped"};
constexpr std::size_t longest_file = std::size_t{1} << 20;

std::string decimal(double number, int digits) {
  std::array<char, 400> text{};
  const int length = std::snprintf(text.data(), text.size(), "%.*f", digits, number);
  return {text.data(), static_cast<std::size_t>(length)};
}

double seconds(duration span) {
  return static_cast<double>(span.count()) / 1000;
}

/// 60 as "60", 0.5 as "0.5".
std::string seconds_text(duration span) {
  return decimal(seconds(span), span.count() % 1000 == 0 ? 0 : 3);
}

/// What the status file says, as far as it is judged.
struct facts {
  std::string state;
  duration age;
  duration max_age;
  bool resolver_healthy;  // or listed among the faults
  double lag;             // seconds
  double store;           // percent
  double identities;
};

double store_percent(const json::object& status) {
  const json::object& store = object_of(status, "store");
  const double size = number_of(store, "size_bytes");
  return size > 0 ? 100 * number_of(store, "used_bytes") / size : 0;
}

duration max_age_of(const json::object& status, const health_limits& limits) {
  if (limits.max_age) return *limits.max_age;
  const double interval = std::clamp(number_of(status, "interval_seconds"), 0.0, 1e6);
  return std::max(least_max_age, duration{std::llround(3000 * interval)});
}

/// The faults of the list, at most as many as there are rows.
std::vector<const json::object*> faults_of(const json::object& status) {
  std::vector<const json::object*> listed;
  for (const json::value& each : list_of(status, "faults"))
    if (each.is_object() && listed.size() < fault_rows().size()) listed.push_back(&each.get_object());
  return listed;
}

bool has_fault(const json::object& status, fault which) {
  return std::ranges::any_of(faults_of(status), [&](const json::object* each) {
    return text_of(*each, "Fault") == to_string(which);
  });
}

facts facts_of(const json::object& status, time_point updated, time_point now, const health_limits& limits) {
  double identities = 0;
  for (const auto& [word, count] : object_of(status, "identities"))
    identities += number_of(object_of(status, "identities"), word);
  return {.state = text_of(status, "state"),
          .age = now - updated,
          .max_age = max_age_of(status, limits),
          .resolver_healthy =
              flag_of(object_of(status, "resolver"), "healthy") || has_fault(status, fault::resolver_ill),
          .lag = number_of(object_of(status, "polling"), "lag_seconds"),
          .store = store_percent(status),
          .identities = identities};
}

/// A fault of the daemon's list. One that a newer daemon knows is a warning.
health_level level_of(const json::object& listed) {
  const auto known = fault_from_string(text_of(listed, "Fault"));
  return known && row_of(*known).severity == fault_severity::critical ? health_level::critical
                                                                      : health_level::warning;
}

/// Each rule that can raise the level, and what it says then.
struct rule {
  health_level level;
  bool (*broken)(const facts&, const health_limits&);
  std::string (*sentence)(const facts&);
};

std::string lag_sentence(const facts& known) {
  return "checks are " + decimal(known.lag, 1) + "s late";
}
std::string store_sentence(const facts& known) {
  return "the store is " + decimal(known.store, 1) + "% full";
}
std::string state_sentence(const facts& known) {
  return "the daemon is " + known.state;
}

const rule rules[] = {
    {health_level::critical,
     [](const facts& known, const health_limits&) { return known.state == "stopped"; }, state_sentence},
    {health_level::critical,
     [](const facts& known, const health_limits&) {
       return known.state != "stopped" && known.age > known.max_age;
     },
     [](const facts& known) { return "the status file is stale, written " + to_words(known.age) + " ago"; }},
    {health_level::critical,
     [](const facts& known, const health_limits&) { return -known.age > known.max_age; },
     [](const facts& known) {
       return "the status file was written " + to_words(-known.age) + " in the future; check the clock";
     }},
    {health_level::critical, [](const facts& known, const health_limits&) { return !known.resolver_healthy; },
     [](const facts&) { return std::string{"the resolver answers no lookup"}; }},
    {health_level::critical,
     [](const facts& known, const health_limits& limits) { return known.lag > seconds(limits.critical_lag); },
     lag_sentence},
    {health_level::critical,
     [](const facts& known, const health_limits&) { return known.store >= store_critical; }, store_sentence},
    {health_level::warning,
     [](const facts& known, const health_limits&) {
       return known.state == "starting" || known.state == "stopping";
     },
     state_sentence},
    {health_level::warning,
     [](const facts& known, const health_limits& limits) {
       return known.lag > seconds(limits.warning_lag) && known.lag <= seconds(limits.critical_lag);
     },
     lag_sentence},
    {health_level::warning,
     [](const facts& known, const health_limits&) {
       return known.store >= store_warning && known.store < store_critical;
     },
     store_sentence},
};

std::string perfdata_of(const json::object& status, const facts& known, const health_limits& limits) {
  const json::object& identities = object_of(status, "identities");
  const auto count = [](const json::object& from, std::string_view member) {
    return decimal(number_of(from, member), 0);
  };
  return "lag=" + decimal(known.lag, 1) + "s;" + seconds_text(limits.warning_lag) + ";" +
         seconds_text(limits.critical_lag) + ";0" +
         " overdue=" + count(object_of(status, "polling"), "overdue") +
         " pending=" + count(identities, "Pending") + " success=" + count(identities, "Success") +
         " failed=" + count(identities, "Failed") +
         " temporary_failure=" + count(identities, "TemporaryFailure") +
         " signing=" + count(status, "signing_enabled") +
         " age=" + decimal(std::max(0.0, seconds(known.age)), 1) + "s;;" + seconds_text(known.max_age) +
         ";0" + " store=" + decimal(known.store, 1) + "%;80;95;0;100";
}

health_report unknown(const std::string& why) {
  return {.level = health_level::unknown, .text = why};
}

/// The content of the file at `path`, judged; unknown when it cannot be read.
health_report judge_file(const std::string& path, time_point now, const health_limits& limits) {
  std::error_code error;
  const auto kind = std::filesystem::status(path, error);
  if (!std::filesystem::exists(kind))
    return unknown("cannot read " + path + ": " + (error ? error.message() : "No such file or directory") +
                   "; is easydkimd running?");
  if (!std::filesystem::is_regular_file(kind)) return unknown("cannot read " + path + ": not a regular file");

  std::ifstream from{path, std::ios::binary};
  if (!from) return unknown("cannot read " + path + ": " + std::generic_category().message(errno));
  std::string content(longest_file, '\0');
  from.read(content.data(), static_cast<std::streamsize>(content.size()));
  if (from.bad()) return unknown("cannot read " + path + ": " + std::generic_category().message(errno));
  content.resize(static_cast<std::size_t>(from.gcount()));
  return judge_health(content, now, limits);
}

}  // namespace

health_report judge_health(std::string_view content, time_point now, const health_limits& limits) {
  boost::system::error_code error;
  const json::value parsed = json::parse({content.data(), content.size()}, error);
  if (error) return unknown("the status file is not JSON: " + error.message());
  if (!parsed.is_object() || number_of(parsed.get_object(), "version") != 1)
    return unknown("the file is no status file of version 1; give easydkimd's with --file");
  const json::object& status = parsed.get_object();
  const auto updated = parse_rfc3339(text_of(status, "updated_at"));
  if (!updated) return unknown("the status file does not tell when it was written");

  const facts known = facts_of(status, *updated, now, limits);
  if (std::ranges::find(states, known.state) == states.end())
    return unknown("the status file tells a state that is not known: '" + known.state + "'");

  health_report report;
  for (const rule& each : rules) {
    if (!each.broken(known, limits)) continue;
    report.level = std::max(report.level, each.level);
    report.text += (report.text.empty() ? "" : ", ") + each.sentence(known);
  }
  for (const json::object* each : faults_of(status)) {
    report.level = std::max(report.level, level_of(*each));
    report.text += (report.text.empty() ? "" : ", ") + text_of(*each, "Fault") + ": " +
                   text_of(*each, "What") + " (" + text_of(*each, "Remedy") + ")";
  }
  if (report.text.empty())
    report.text = known.state + ", identities: " + decimal(known.identities, 0) + ", lag " +
                  decimal(known.lag, 1) + "s";
  report.perfdata = perfdata_of(status, known, limits);
  return report;
}

std::string to_line(const health_report& report) {
  constexpr std::array<std::string_view, 4> words{"OK", "WARNING", "CRITICAL", "UNKNOWN"};
  std::string text = printable(report.text);
  std::ranges::replace(text, '|', '/');  // what follows the first | is data
  return "EASYDKIM " + std::string{words[static_cast<std::size_t>(report.level)]} + " - " + text +
         (report.perfdata.empty() ? "" : " | " + report.perfdata);
}

int run_health(const command_line& line, console& where) {
  const health_limits limits{
      .max_age = line.max_age, .warning_lag = line.warning_lag, .critical_lag = line.critical_lag};
  if (limits.warning_lag > limits.critical_lag)
    throw failure{exit_usage, "--warning-lag is longer than --critical-lag; give a shorter one"};
  const health_report report = judge_file(line.status_file, where.now(), limits);
  where.out << to_line(report) << '\n';
  return static_cast<int>(report.level);
}

}  // namespace easydkim
