// SPDX-License-Identifier: Apache-2.0
#include "client/command_options.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "client/commands/list.hpp"
#include "client/text/duration_text.hpp"
#include "core/identity.hpp"

namespace easydkim {
namespace {

/// Declares an option whose text `read` turns into a value; nothing means that it is wrong.
template <class Reader, class Target>
void declare_value(CLI::App& app, const std::string& name, Target& target, Reader read, std::string allowed) {
  app.add_option_function<std::string>(name, [&target, name, read, allowed](const std::string& text) {
    const auto value = read(text);
    if (!value) throw CLI::ValidationError(name, "'" + text + "' is wrong; " + allowed);
    target = *value;
  });
}

template <class Target>
void declare_duration(CLI::App& app, const std::string& name, Target& target) {
  declare_value(app, name, target, parse_duration, std::string{duration_form});
}

std::optional<std::string> account_from(const std::string& text) {
  return is_account_name(text) ? std::optional{text} : std::nullopt;
}

std::optional<std::string> type_from(const std::string& text) {
  return CLI::detail::to_lower(text) == "domain" ? std::optional<std::string>{"Domain"} : std::nullopt;
}

/// The options that every command takes.
void declare_global(CLI::App& app, command_line& line) {
  app.add_option("--socket", line.socket)->envname("EASYDKIM_SOCKET");
  declare_value(app, "--account", line.account, account_from,
                "use 1 to 64 letters, digits, dots, underscores and hyphens");
  app.add_flag("--json", line.json);
}

/// The row of the command that was named; null when none was, or the arguments ended before it.
const command* named(const CLI::App& parser) {
  const auto parsed = parser.get_subcommands();
  if (parsed.empty()) return nullptr;
  return &*std::ranges::find(commands(), std::string_view{parsed.front()->get_name()}, &command::name);
}

}  // namespace

parsed_arguments parse_arguments(std::vector<std::string> arguments) {
  using wish = parsed_arguments::wish;
  parsed_arguments parsed;
  CLI::App parser;
  parser.set_version_flag("--version", "");
  parser.require_subcommand(0, 1);
  declare_global(parser, parsed.line);
  for (const command& each : commands()) {
    CLI::App& its = *parser.add_subcommand(std::string{each.name});
    its.fallthrough();  // the global options stand after the command too
    each.declare(its, parsed.line);
  }

  try {
    std::ranges::reverse(arguments);  // as CLI11 takes them
    parser.parse(arguments);
    parsed.wanted = wish::run;
  } catch (const CLI::CallForHelp&) {
    parsed.wanted = wish::help;
  } catch (const CLI::CallForVersion&) {
    parsed.wanted = wish::version;
  } catch (const CLI::ParseError& error) {
    parsed.fault = error.what();
  }
  parsed.about = named(parser);
  return parsed;
}

void declare_nothing(CLI::App&, command_line&) {}

void declare_domain(CLI::App& app, command_line& line) {
  app.add_option("DOMAIN", line.names)->required()->expected(1);
}

void declare_identities(CLI::App& app, command_line& line) {
  app.add_option("IDENTITY", line.names);
}

void declare_deleted(CLI::App& app, command_line& line) {
  app.add_option("IDENTITY", line.names)->required();
}

void declare_records(CLI::App& app, command_line& line) {
  declare_domain(app, line);
  declare_value(app, "--format", line.format, record_format_from_string, "use " + record_format_words());
}

void declare_list(CLI::App& app, command_line& line) {
  declare_value(app, "--status", line.status, status_from_any_case,
                "use NotStarted, Pending, Success, Failed or TemporaryFailure");
  declare_value(app, "--type", line.type, type_from, "use Domain, the only type there is");
}

void declare_wait(CLI::App& app, command_line& line) {
  declare_domain(app, line);
  declare_duration(app, "--timeout", line.timeout);
}

void declare_import(CLI::App& app, command_line& line) {
  app.add_option("FILE", line.file)->required();
}

void declare_backup(CLI::App& app, command_line& line) {
  app.add_option("FILE", line.file)->required();
  app.add_flag("--compact", line.compact);
}

void declare_health(CLI::App& app, command_line& line) {
  app.add_option("--file", line.status_file);
  declare_duration(app, "--max-age", line.max_age);
  declare_duration(app, "--warning-lag", line.warning_lag);
  declare_duration(app, "--critical-lag", line.critical_lag);
}

}  // namespace easydkim
