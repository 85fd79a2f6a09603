// SPDX-License-Identifier: Apache-2.0
// The options of every command, and the arguments of the program, read by them. The one file with CLI11,
// which takes longer to compile than all else of a file. Values are checked here, so that wrong ones are
// wrong usage.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "client/commands.hpp"

namespace easydkim {

/// The arguments of the program, parsed.
struct parsed_arguments {
  enum class wish : std::uint8_t {
    run,      // `about`, or nothing when it is null
    help,     // about `about`, or about the program
    version,  // the program's
    none,     // wrong usage: `fault`
  };
  wish wanted = wish::none;
  const command* about = nullptr;  // the command that was named; null: none
  command_line line{};
  std::string fault{};  // one sentence
};

/// Reads the arguments, without the program's name. Reads $EASYDKIM_SOCKET.
parsed_arguments parse_arguments(std::vector<std::string> arguments);

// The options of each command, for its row of the table of commands.
void declare_nothing(CLI::App& app, command_line& line);
void declare_domain(CLI::App& app, command_line& line);
void declare_identities(CLI::App& app, command_line& line);  // none or more
void declare_deleted(CLI::App& app, command_line& line);     // one or more
void declare_records(CLI::App& app, command_line& line);
void declare_list(CLI::App& app, command_line& line);
void declare_wait(CLI::App& app, command_line& line);
void declare_import(CLI::App& app, command_line& line);
void declare_backup(CLI::App& app, command_line& line);
void declare_health(CLI::App& app, command_line& line);

}  // namespace easydkim
