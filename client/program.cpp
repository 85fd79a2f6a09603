// SPDX-License-Identifier: Apache-2.0
#include "client/program.hpp"

#include <ostream>

#include "client/command_options.hpp"
#include "client/commands.hpp"
#include "client/connection/failure.hpp"
#include "client/text/table.hpp"
#include "core/printable.hpp"

namespace easydkim {
namespace {

constexpr std::string_view global_options =
    "  --socket PATH    the daemon's control socket; default $EASYDKIM_SOCKET, else\n"
    "                   /run/easydkim/control.sock\n"
    "  --account NAME   the account; default: default\n"
    "  --json           print what the daemon answers, one JSON object a line\n"
    "  --version        print the version\n"
    "  -h, --help       print this help; after a command: its help\n";

void print_help(console& where) {
  where.out
      << "Usage: easydkim [OPTIONS] COMMAND [ARGUMENTS]\n\n"
         "Easy DKIM: issues the records that let a domain be signed for, and watches the DNS for them.\n\n"
         "Commands:\n";
  table list;
  for (const command& each : commands())
    list.add({{std::string{each.name}, tone::heading}, {std::string{each.summary}}});
  list.print(where, "  ");
  where.out << "\nOptions, before or after the command:\n"
            << global_options
            << "\nExit status: 0 done, 1 the answer is no, 2 wrong usage, 3 the daemon cannot be reached,\n"
               "4 time-out, 5 the daemon refused. More: man easydkim\n";
}

void print_help(console& where, const command& about) {
  where.out << "Usage: easydkim " << about.name << (about.arguments.empty() ? "" : " ") << about.arguments
            << "\n\n"
            << static_cast<char>(about.summary.front() - 'a' + 'A') << about.summary.substr(1) << ".\n";
  if (!about.help.empty()) where.out << '\n' << about.help;
  where.out
      << "\nOptions of every command: --socket PATH, --account NAME, --json, --help (easydkim --help)\n";
}

/// Tells what is wrong with the command line.
int wrong_usage(console& where, const command* about, const std::string& sentence) {
  const std::string name = about ? " " + std::string{about->name} : "";
  where.err << "easydkim: " << printable(sentence) << " (see easydkim" << name << " --help)\n";
  return exit_usage;
}

/// JSON carries nothing else.
void must_be_text(const command_line& line) {
  for (const std::string& each : line.names)
    if (!is_utf8(each))
      throw failure{exit_usage,
                    "'" + printable(each) + "' is not UTF-8 text; write the domain in ASCII (xn--...)"};
}

int run_command(const command& about, const command_line& line, console& where) {
  try {
    must_be_text(line);
    return about.run(line, where);
  } catch (const failure& why) {
    clear_progress(where);
    tell(where, why);
    return why.status;
  }
}

}  // namespace

int run_program(std::vector<std::string> arguments, console& where) {
  using wish = parsed_arguments::wish;
  const auto [wanted, about, line, fault] = parse_arguments(std::move(arguments));
  switch (wanted) {
    case wish::help:
      about ? print_help(where, *about) : print_help(where);
      return exit_ok;
    case wish::version:
      where.out << "easydkim " EASYDKIM_VERSION "\n";
      return exit_ok;
    case wish::none:
      return wrong_usage(where, about, fault);
    case wish::run:
      break;
  }
  if (!about) return wrong_usage(where, nullptr, "a command is needed, such as verify or status");
  return run_command(*about, line, where);
}

}  // namespace easydkim
