// SPDX-License-Identifier: Apache-2.0
#include "client/formats/record_data.hpp"

#include <array>
#include <ostream>
#include <string_view>

#include "client/connection/json_members.hpp"
#include "core/printable.hpp"

namespace easydkim {
namespace {

/// A field in quotes when it must be (RFC 4180 section 2).
std::string csv_field(std::string_view foreign) {
  const std::string text = printable(foreign);
  if (text.find_first_of("\",") == text.npos) return text;
  std::string quoted{'"'};
  for (const char c : text) quoted += c == '"' ? std::string{"\"\""} : std::string{c};
  return quoted + '"';
}

std::string zone_or_empty(const placed_record& record) {
  return record.zone_known ? record.origin : std::string{};
}

}  // namespace

void print_json(console& where, const record_sheet& sheet) {
  json::array list;
  for (const placed_record& each : sheet.records) {
    const json::value zone = each.zone_known ? json::value(each.origin) : json::value(nullptr);
    list.push_back({{"Name", each.record.name},
                    {"Type", each.record.type},
                    {"Value", each.record.value},
                    {"Host", each.host},
                    {"Zone", zone},
                    {"AbsoluteName", absolute_name(each.record)},
                    {"AbsoluteValue", absolute_value(each.record)}});
    if (const std::string host = host_above(sheet, each.record); !host.empty()) {
      json::object& record = list.back().get_object();
      record["ZoneAbove"] = sheet.zone_above;
      record["HostInZoneAbove"] = host;
    }
  }
  where.out << one_line(list) << '\n';
}

void print_csv(console& where, const record_sheet& sheet) {
  where.out << "name,type,value,host,zone,absolute_name,absolute_value\r\n";
  for (const placed_record& each : sheet.records) {
    const std::array fields{
        each.record.name,    each.record.type,           each.record.value,          each.host,
        zone_or_empty(each), absolute_name(each.record), absolute_value(each.record)};
    std::string line;
    for (const std::string& field : fields) line += (line.empty() ? "" : ",") + csv_field(field);
    where.out << line << "\r\n";
  }
}

}  // namespace easydkim
