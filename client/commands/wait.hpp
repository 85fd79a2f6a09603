// SPDX-License-Identifier: Apache-2.0
// `easydkim wait`: until the status of a domain is decided.
#pragma once

#include "client/commands/command_line.hpp"
#include "client/text/console.hpp"

namespace easydkim {

/// Returns `exit_ok` for Success, `exit_negative` for Failed, `exit_timed_out`. Throws `failure` (refused)
/// also when the identity is deleted meanwhile.
int run_wait(const command_line& line, console& where);

}  // namespace easydkim
