#include "client/program.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <ostream>

#include "client/commands.hpp"
#include "client/commands/health.hpp"
#include "client/connection/failure.hpp"
#include "client/declare.hpp"
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

/// The row of the command that was named; nothing when none was, or the line ended before it.
const command* named(const CLI::App& parser) {
  const auto parsed = parser.get_subcommands();
  if (parsed.empty()) return nullptr;
  return &*std::ranges::find(commands(), std::string_view{parsed.front()->get_name()}, &command::name);
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

int run_command(const command& asked_for, const command_line& line, console& where) {
  try {
    must_be_text(line);
    return asked_for.run(line, where);
  } catch (const failure& why) {
    clear_progress(where);
    tell(where, why);
    return why.status;
  }
}

}  // namespace

int run_program(std::vector<std::string> arguments, console& where) {
  command_line line;
  CLI::App parser;
  parser.set_version_flag("--version", "easydkim " EASYDKIM_VERSION);
  parser.require_subcommand(0, 1);
  declare_global(parser, line);
  for (const command& each : commands()) {
    CLI::App& its = *parser.add_subcommand(std::string{each.name});
    its.fallthrough();  // the global options stand after the command too
    each.declare(its, line);
  }

  try {
    std::ranges::reverse(arguments);  // as CLI11 takes them
    parser.parse(arguments);
  } catch (const CLI::CallForHelp&) {
    const command* about = named(parser);
    if (about)
      print_help(where, *about);
    else
      print_help(where);
    return exit_ok;
  } catch (const CLI::CallForVersion& version) {
    where.out << version.what() << '\n';
    return exit_ok;
  } catch (const CLI::ParseError& error) {
    return wrong_usage(where, named(parser), error.what());
  }
  const command* about = named(parser);
  if (!about) return wrong_usage(where, nullptr, "a command is needed, such as verify or status");
  return run_command(*about, line, where);
}

}  // namespace easydkim
