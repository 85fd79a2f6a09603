// SPDX-License-Identifier: Apache-2.0
// `easydkim backup`: a copy of the database, while the daemon serves.
//
// The program opens the file, so it is its user who needs the right to it, and passes it to the daemon, which
// writes into it. The daemon is shut off from the file system by its unit, and takes no path from anybody.
#pragma once

#include "client/commands/command_line.hpp"
#include "client/text/console.hpp"

namespace easydkim {

int run_backup(const command_line& line, console& where);

}  // namespace easydkim
