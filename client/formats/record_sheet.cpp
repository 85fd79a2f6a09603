// SPDX-License-Identifier: Apache-2.0
#include "client/formats/record_sheet.hpp"

#include <algorithm>
#include <string_view>

namespace easydkim {
namespace {

/// `name` is `zone`, or below it.
bool is_in(std::string_view name, std::string_view zone) {
  if (zone.empty() || !name.ends_with(zone)) return false;
  return name.size() == zone.size() || name[name.size() - zone.size() - 1] == '.';
}

/// Precondition: `name` is in `origin`.
std::string host_in(std::string_view origin, std::string_view name) {
  return name.size() == origin.size() ? "@" : std::string{name.substr(0, name.size() - origin.size() - 1)};
}

placed_record placed(const dns_record& record, std::string_view zone, std::string_view domain) {
  placed_record result{.record = record, .origin = {}, .zone_known = is_in(record.name, zone), .host = {}};
  result.origin = result.zone_known ? zone : domain;
  result.host =
      is_in(record.name, result.origin) ? host_in(result.origin, record.name) : absolute_name(record);
  return result;
}

}  // namespace

std::string host_above(const record_sheet& sheet, const dns_record& record) {
  return is_in(record.name, sheet.zone_above) ? host_in(sheet.zone_above, record.name) : std::string{};
}

record_sheet place_records(std::string domain, const std::vector<dns_record>& records,
                           const record_place& place) {
  record_sheet sheet{.domain = std::move(domain), .records = {}, .servers = place.servers};
  if (place.zone_above != place.zone && is_in(place.zone, place.zone_above))
    sheet.zone_above = place.zone_above;
  for (const dns_record& each : records) sheet.records.push_back(placed(each, place.zone, sheet.domain));
  std::ranges::stable_sort(sheet.records, {}, [&](const placed_record& each) { return !each.zone_known; });
  return sheet;
}

std::vector<std::span<const placed_record>> by_origin(const record_sheet& sheet) {
  std::vector<std::span<const placed_record>> groups;
  for (auto begin = sheet.records.begin(); begin != sheet.records.end();) {
    const auto end = std::find_if(begin, sheet.records.end(),
                                  [&](const placed_record& each) { return each.origin != begin->origin; });
    groups.emplace_back(begin, end);
    begin = end;
  }
  return groups;
}

}  // namespace easydkim
