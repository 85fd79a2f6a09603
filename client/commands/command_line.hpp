// SPDX-License-Identifier: Apache-2.0
// The command line, parsed: options and names, for the function of a command.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "client/connection/json_members.hpp"
#include "client/formats/record_format.hpp"
#include "core/identity.hpp"
#include "core/time_point.hpp"

namespace easydkim {

struct command_line {
  std::string socket = "/run/easydkim/control.sock";
  std::string account;             // empty: not given, the daemon's default
  bool json = false;               // the results as they come, one a line
  std::vector<std::string> names;  // DOMAIN, IDENTITY...; as given

  std::optional<record_format> format;                    // records
  std::optional<dkim_status> status;                      // list
  std::string type;                                       // list: IdentityType
  duration timeout = std::chrono::minutes{30};            // wait
  std::string file;                                       // import, backup
  bool compact = false;                                   // backup
  std::string status_file = "/run/easydkim/status.json";  // health, as all below
  std::optional<duration> max_age;
  duration warning_lag = std::chrono::minutes{1};
  duration critical_lag = std::chrono::minutes{5};
};

/// The params of a call about nothing in particular: the account, when one was given.
inline json::object params_of(const command_line& line) {
  json::object params;
  if (!line.account.empty()) params["Account"] = line.account;
  return params;
}

/// The params of a call about one identity, under the member's name that the method wants.
inline json::object params_of(const command_line& line, std::string_view member, std::string_view name) {
  json::object params = params_of(line);
  params[member] = name;
  return params;
}

/// The same command line for another command, for messages: "easydkim --account shop wait example.com".
std::string hint(const command_line& line, std::string_view command, std::string_view name);

}  // namespace easydkim
