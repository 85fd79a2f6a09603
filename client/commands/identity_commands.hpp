// SPDX-License-Identifier: Apache-2.0
// The commands about identities that make one call each.
#pragma once

#include "client/commands/command_line.hpp"
#include "client/text/console.hpp"

namespace easydkim {

int run_verify(const command_line& line, console& where);
int run_records(const command_line& line, console& where);
int run_status(const command_line& line, console& where);
int run_check(const command_line& line, console& where);
int run_enable(const command_line& line, console& where);
int run_disable(const command_line& line, console& where);
int run_delete(const command_line& line, console& where);

}  // namespace easydkim
