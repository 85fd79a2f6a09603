// What each command takes, told to the command-line parser. Values are checked here, so that wrong ones are
// wrong usage.
#pragma once

#include "client/commands/request.hpp"

namespace CLI {
class App;
}

namespace easydkim {

/// The options that every command takes.
void declare_global(CLI::App& app, request& asked);

void declare_nothing(CLI::App& app, request& asked);
void declare_domain(CLI::App& app, request& asked);
void declare_identities(CLI::App& app, request& asked);  // none or more
void declare_deleted(CLI::App& app, request& asked);     // one or more
void declare_records(CLI::App& app, request& asked);
void declare_list(CLI::App& app, request& asked);
void declare_wait(CLI::App& app, request& asked);
void declare_import(CLI::App& app, request& asked);
void declare_backup(CLI::App& app, request& asked);
void declare_health(CLI::App& app, request& asked);

}  // namespace easydkim
