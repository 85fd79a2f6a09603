// SPDX-License-Identifier: Apache-2.0
// The program without its process: arguments in, exit status out.
#pragma once

#include <string>
#include <vector>

#include "client/text/console.hpp"

namespace easydkim {

/// Runs the command line `arguments` (without the program's name). Returns the exit status; every failure is
/// told on `where.err`. Reads $EASYDKIM_SOCKET.
int run_program(std::vector<std::string> arguments, console& where);

}  // namespace easydkim
