// SPDX-License-Identifier: Apache-2.0
#include "client/commands/backup.hpp"

#include <ostream>

#include "client/commands/new_file.hpp"
#include "client/connection/connection.hpp"
#include "core/printable.hpp"

namespace easydkim {
namespace {

/// However large the database and slow the disk.
constexpr std::chrono::hours longest_copy{24};

std::string octets(const json::object& result, std::string_view member) {
  return std::to_string(static_cast<std::uint64_t>(number_of(result, member)));
}

}  // namespace

int run_backup(const command_line& line, console& where) {
  connection daemon{line.socket};
  daemon.catch_signals();  // an interruption leaves no half of a file
  new_file copy{line.file};
  json::object params = params_of(line);
  params["Compact"] = line.compact;
  const json::object result =
      daemon.call_with_file("BackupStore", params, {.number = copy.number(), .longest = longest_copy});
  copy.keep();
  if (line.json)
    where.out << one_line(result) << '\n';
  else
    where.out << printable(line.file) << ": " << octets(result, "Bytes") << " octets (the database has "
              << octets(result, "StoreBytes") << ")\n";
  return exit_ok;
}

}  // namespace easydkim
