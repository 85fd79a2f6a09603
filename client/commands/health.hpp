// SPDX-License-Identifier: Apache-2.0
// `easydkim health`: the status file, judged as a monitoring plugin does (one line, and data for graphs).
//
// Reads the file only: it answers also when the daemon hangs or is gone, and needs no right but to read it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "client/commands/command_line.hpp"
#include "client/connection/json_members.hpp"
#include "client/text/console.hpp"
#include "core/time_point.hpp"

namespace easydkim {

/// The exit statuses of a monitoring plugin.
enum class health_level : int { ok = 0, warning = 1, critical = 2, unknown = 3 };

struct health_limits {
  std::optional<duration> max_age;  // nothing: three status intervals, at least 30 s
  duration warning_lag{};
  duration critical_lag{};
};

struct health_report {
  health_level level = health_level::ok;
  std::string text;        // "running, identities: 3, lag 0.0s", or what is wrong
  std::string perfdata{};  // "lag=0.0s;60;300;0 overdue=0 ..."; empty when unknown
};

/// Judges the content of a status file at `now`. Pure.
health_report judge_health(std::string_view content, time_point now, const health_limits& limits);

/// "EASYDKIM OK - text | perfdata"
std::string to_line(const health_report& report);

/// Prints the line; returns the level.
int run_health(const command_line& line, console& where);

}  // namespace easydkim
