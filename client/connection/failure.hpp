// SPDX-License-Identifier: Apache-2.0
// The failure of a command: the exit status and the sentence on the standard error.
#pragma once

#include <stdexcept>
#include <string>

namespace easydkim {

/// What the program returns to its caller; `health` alone has the four levels of a monitoring plugin instead.
enum exit_status : int {
  exit_ok = 0,           // done; for `check` and `wait`: all in place
  exit_negative = 1,     // done, and the answer is no: not in place, failed, some lines refused
  exit_usage = 2,        // wrong usage, or a file or the standard output that cannot be used
  exit_unreachable = 3,  // no daemon, or it went away
  exit_timed_out = 4,    // `wait`: undecided when the time was over
  exit_refused = 5,      // the daemon said no
};

/// Ends a command. `what()` is one sentence for the person, with the remedy; it may hold foreign bytes.
struct failure : std::runtime_error {
  failure(exit_status how, const std::string& sentence, std::string word = {})
      : std::runtime_error{sentence}, status{how}, code{std::move(word)} {}

  exit_status status;
  std::string code;  // the daemon's code word, such as "NotFound"; empty when the failure is our own
};

}  // namespace easydkim
