// SPDX-License-Identifier: Apache-2.0
#include "client/formats/master_text.hpp"

#include <ostream>
#include <string_view>

#include "core/printable.hpp"

namespace easydkim {
namespace {

/// A text in quotes (RFC 1035 section 5.1).
std::string character_string(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '"' || c == '\\') escaped += '\\';
    escaped += printable({&c, 1});
  }
  return '"' + escaped + '"';
}

std::string rdata(const dns_record& record) {
  return record.type == "TXT" ? character_string(record.value) : printable(absolute_value(record));
}

}  // namespace

void print_zone(console& where, const record_sheet& sheet) {
  for (const auto& [record, origin, zone_known, host] : sheet.records)
    where.out << printable(absolute_name(record)) << ' ' << record_ttl << " IN " << printable(record.type)
              << ' ' << rdata(record) << '\n';
}

// A CNAME that is there is replaced by the added one (RFC 2136 section 3.4.2.2), so nothing is deleted
// before.
void print_nsupdate(console& where, const record_sheet& sheet) {
  for (const auto& group : by_origin(sheet)) {
    // Without this line nsupdate finds the zone by itself.
    if (group.front().zone_known) where.out << "zone " << printable(group.front().origin) << ".\n";
    for (const auto& [record, origin, zone_known, host] : group)
      where.out << "update add " << printable(absolute_name(record)) << ' ' << record_ttl << ' '
                << printable(record.type) << ' ' << rdata(record) << '\n';
    where.out << "send\n";
  }
}

}  // namespace easydkim
