// SPDX-License-Identifier: Apache-2.0
#include "client/commands/inspection.hpp"

#include <ostream>

#include "core/printable.hpp"

namespace easydkim {

inspection inspect(connection& daemon, const command_line& line, std::string_view domain, console& where) {
  if (where.err_is_terminal) show_progress(where, "looking at the DNS of " + printable(domain) + " ...");
  inspection inspected;
  try {
    const json::object result =
        daemon.call("InspectDomain", params_of(line, "Domain", domain), inspection_patience);
    inspected.place.zone = text_of(result, "Zone");
    inspected.place.zone_above = text_of(result, "ZoneAbove");
    for (const json::value& each : list_of(result, "Servers"))
      if (each.is_string()) inspected.place.servers.emplace_back(std::string_view{each.get_string()});
    for (const json::value& each : list_of(result, "Warnings"))
      if (each.is_object()) inspected.warnings.push_back(text_of(each.get_object(), "Message"));
  } catch (const failure&) {
    inspected = {};
  }
  clear_progress(where);
  return inspected;
}

void print_warnings(console& where, const inspection& inspected) {
  where.out << std::flush;  // the records stand before it, also where both go to one place
  for (const std::string& each : inspected.warnings)
    where.err << "easydkim: warning: " << printable(each) << '\n';
}

}  // namespace easydkim
