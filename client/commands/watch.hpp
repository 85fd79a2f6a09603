// SPDX-License-Identifier: Apache-2.0
// `easydkim watch`: every change of a status and of signing as it happens.
#pragma once

#include "client/commands/command_line.hpp"
#include "client/text/console.hpp"

namespace easydkim {

/// Runs until SIGINT or SIGTERM. Throws `failure` (unreachable) when the daemon goes away.
int run_watch(const command_line& line, console& where);

}  // namespace easydkim
