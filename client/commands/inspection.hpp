// SPDX-License-Identifier: Apache-2.0
// The pre-flight check of a domain, as the daemon makes it before records are published.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "client/commands/command_line.hpp"
#include "client/connection/connection.hpp"
#include "client/formats/record_sheet.hpp"
#include "client/text/console.hpp"

namespace easydkim {

struct inspection {
  record_place place{};
  std::vector<std::string> warnings{};  // one sentence each; may hold foreign bytes
};

/// How long the DNS may take; the records are worth more than what would be known about them.
constexpr std::chrono::seconds inspection_patience{10};

/// Asks the daemon to look. Never fails: a daemon that cannot tell, knows no such call, stays silent for
/// `inspection_patience` or goes away has told nothing. The last use of `daemon`, which may still be
/// answering.
inspection inspect(connection& daemon, const command_line& line, std::string_view domain, console& where);

/// Tells the warnings, one a line.
void print_warnings(console& where, const inspection& inspected);

}  // namespace easydkim
