// SPDX-License-Identifier: Apache-2.0
// The commands of the program: one table for parsing, help and running.
#pragma once

#include <span>
#include <string_view>

#include "client/commands/command_line.hpp"
#include "client/text/console.hpp"

namespace CLI {
class App;
}

namespace easydkim {

struct command {
  std::string_view name;
  std::string_view arguments;  // as in "Usage: easydkim NAME ARGUMENTS"
  std::string_view summary;    // for the list of commands
  std::string_view help;       // what else there is to know: options, exit statuses
  void (*declare)(CLI::App&, command_line&);
  int (*run)(const command_line&, console&);  // returns the exit status; throws `failure`
};

std::span<const command> commands() noexcept;

}  // namespace easydkim
