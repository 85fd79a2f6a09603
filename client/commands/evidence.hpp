// SPDX-License-Identifier: Apache-2.0
// `easydkim evidence`: the answers of the DNS that the daemon kept for a domain.
#pragma once

#include "client/commands/command_line.hpp"
#include "client/text/console.hpp"

namespace easydkim {

int run_evidence(const command_line& line, console& where);

}  // namespace easydkim
