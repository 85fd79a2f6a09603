// SPDX-License-Identifier: Apache-2.0
// The console of a command: its streams, colours, and text that is safe to print.
#pragma once

#include <exception>
#include <functional>
#include <iosfwd>
#include <string>
#include <string_view>

#include "core/time_point.hpp"

namespace easydkim {

struct console {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  std::function<time_point()> now;  // the wall clock
  bool out_is_terminal = false;
  bool err_is_terminal = false;
  bool colour = false;  // only ever on a terminal
};

enum class tone {
  plain,
  good,     // verified, in place
  waiting,  // not decided, or nothing known
  bad,      // failed, absent, wrong
  heading,
};

/// The tone of a DkimVerificationStatus or of a Finding.
tone tone_of(std::string_view word) noexcept;

/// `text` between the escape sequences of `how`, when there is colour.
std::string painted(const console& where, std::string_view text, tone how);

/// Writes the sentence of `why` to the error output, as every failure is told.
void tell(console& where, const std::exception& why);

/// Removes a progress line that stands on the error output, if that is a terminal.
void clear_progress(console& where);

/// Replaces the progress line on the error output. Precondition: that is a terminal.
void show_progress(console& where, std::string_view text);

}  // namespace easydkim
