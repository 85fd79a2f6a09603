// What each command takes, told to the command-line parser. Values are checked here, so that wrong ones are
// wrong usage.
#pragma once

#include "client/commands/command_line.hpp"

namespace CLI {
class App;
}

namespace easydkim {

/// The options that every command takes.
void declare_global(CLI::App& app, command_line& line);

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
