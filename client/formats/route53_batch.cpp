// SPDX-License-Identifier: Apache-2.0
#include "client/formats/route53_batch.hpp"

#include <ostream>

#include "client/connection/json_members.hpp"

namespace easydkim {
namespace {

json::object change(const dns_record& record) {
  // A text stands in quotes of its own inside of the JSON string.
  const std::string value =
      record.type == "TXT" ? json::serialize(json::value(record.value)) : absolute_value(record);
  return {{"Action", "UPSERT"},
          {"ResourceRecordSet",
           {{"Name", absolute_name(record)},
            {"Type", record.type},
            {"TTL", record_ttl},
            {"ResourceRecords", json::array{json::object{{"Value", value}}}}}}};
}

}  // namespace

void print_route53(console& where, const record_sheet& sheet) {
  const placed_record& first = sheet.records.front();
  const std::string comment = "DKIM of " + sheet.domain +
                              (first.zone_known ? ", for the hosted zone " + first.origin : std::string{});
  where.out << "{\n  \"Comment\": " << one_line(json::value(comment)) << ",\n  \"Changes\": [\n";
  for (const placed_record& each : sheet.records)
    where.out << "    " << one_line(change(each.record)) << (&each == &sheet.records.back() ? "\n" : ",\n");
  where.out << "  ]\n}\n";
}

}  // namespace easydkim
