// SPDX-License-Identifier: Apache-2.0
// easydkim: the command-line client of easydkimd.
//
// The run: the arguments name a row of the table of commands (commands.cpp); its function calls the daemon
// over the control socket (connection) and prints; what it returns is the exit status.

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <iostream>
#include <string_view>
#include <system_error>

#include "client/connection/failure.hpp"
#include "client/program.hpp"
#include "posix/standard_descriptors.hpp"

namespace {

/// Colour is for terminals that know it, and for people who did not switch it off (https://no-color.org).
bool wants_colour() {
  const char* no_color = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  return isatty(STDOUT_FILENO) && (!no_color || !*no_color) && terminal &&
         std::string_view{terminal} != "dumb";
}

easydkim::time_point wall_clock() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

}  // namespace

int main(int count, char** arguments) {
  easydkim::keep_standard_descriptors();
  std::ios::sync_with_stdio(false);
  easydkim::console terminal{.in = std::cin,
                             .out = std::cout,
                             .err = std::cerr,
                             .now = wall_clock,
                             .out_is_terminal = isatty(STDOUT_FILENO) == 1,
                             .err_is_terminal = isatty(STDERR_FILENO) == 1,
                             .colour = wants_colour()};
  const int status = easydkim::run_program({arguments + 1, arguments + count}, terminal);

  // What could not be written was not said, so the command did not succeed.
  errno = 0;
  if (std::cout.flush()) return status;
  std::cerr << "easydkim: cannot write to the standard output";
  if (errno != 0)
    std::cerr << ": " << std::generic_category().message(errno);  // else an earlier write failed
  std::cerr << "; free space or write elsewhere\n";
  return easydkim::exit_usage;
}
