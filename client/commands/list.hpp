// SPDX-License-Identifier: Apache-2.0
// `easydkim list`: all identities of an account, page by page, with their status.
#pragma once

#include <optional>
#include <string_view>

#include "client/commands/command_line.hpp"
#include "client/text/console.hpp"
#include "core/identity.hpp"

namespace easydkim {

/// One of SES's five status words, in any case.
std::optional<dkim_status> status_from_any_case(std::string_view word) noexcept;

int run_list(const command_line& line, console& where);

}  // namespace easydkim
