// SPDX-License-Identifier: Apache-2.0
// Runs the client in the test's own process, with everything it writes at hand.
#pragma once

#include <sstream>
#include <string>
#include <vector>

#include "client/program.hpp"
#include "client/text/console.hpp"
#include "client/text/duration_text.hpp"

namespace easydkim {

struct client_run {
  int status = -1;
  std::string out;
  std::string err;
};

enum class output { pipe, terminal };

/// Runs `easydkim arguments...` at 2026-11-24T12:00:00Z.
inline client_run run_client(std::vector<std::string> arguments, output to = output::pipe,
                             const std::string& standard_input = {}) {
  std::istringstream in{standard_input};
  std::ostringstream out, err;
  console where{.in = in,
                .out = out,
                .err = err,
                .now = [] { return *parse_rfc3339("2026-11-24T12:00:00Z"); },
                .out_is_terminal = to == output::terminal,
                .err_is_terminal = to == output::terminal,
                .colour = to == output::terminal};
  const int status = run_program(std::move(arguments), where);
  return {.status = status, .out = out.str(), .err = err.str()};
}

}  // namespace easydkim
