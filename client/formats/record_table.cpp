// SPDX-License-Identifier: Apache-2.0
#include "client/formats/record_table.hpp"

#include <ostream>

#include "client/text/table.hpp"
#include "core/printable.hpp"

namespace easydkim {
namespace {

/// The owner may know, and edit, the zone above alone.
void print_hosts_above(console& where, const record_sheet& sheet) {
  if (sheet.zone_above.empty() || sheet.records.empty()) return;
  const std::string above = printable(sheet.zone_above), zone = printable(sheet.records.front().origin);
  where.out << "\n  " << zone << " is a zone of its own: as long as " << above
            << " delegates it to other name servers, the records belong\n  into the zone " << zone
            << ". In the zone " << above << ", when it does not any more, their hosts are:\n";
  for (const placed_record& each : sheet.records)
    where.out << "    " << printable(host_above(sheet, each.record)) << '\n';
}

}  // namespace

void print_table(console& where, const record_sheet& sheet) {
  table columns;
  columns.add(
      {{"Host", tone::heading}, {"Name", tone::heading}, {"Type", tone::heading}, {"Value", tone::heading}});
  for (const placed_record& each : sheet.records)
    columns.add({{printable(each.host)},
                 {printable(absolute_name(each.record))},
                 {printable(each.record.type)},
                 {printable(absolute_value(each.record))}});
  columns.print(where, "  ");
  print_hosts_above(where, sheet);

  if (!where.out_is_terminal) return;
  where.out << '\n';
  for (const auto& group : by_origin(sheet))
    where.out << "  Where your DNS panel appends ." << printable(group.front().origin)
              << " by itself, enter Host; else enter Name, with its dot at the end.\n";
}

}  // namespace easydkim
