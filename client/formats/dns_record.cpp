// SPDX-License-Identifier: Apache-2.0
#include "client/formats/dns_record.hpp"

#include "client/connection/failure.hpp"
#include "client/connection/json_members.hpp"

namespace easydkim {

std::vector<dns_record> records_of(const json::object& answer) {
  std::vector<dns_record> records;
  for (const json::value& each : list_of(answer, "Records")) {
    if (!each.is_object()) continue;
    const json::object& record = each.get_object();
    records.push_back({text_of(record, "Name"), text_of(record, "Type"), text_of(record, "Value")});
  }
  if (records.empty())
    throw failure{exit_unreachable,
                  "the daemon's answer holds no records; do easydkim and easydkimd have the same version?"};
  return records;
}

std::string absolute_name(const dns_record& record) {
  return record.name + '.';
}

std::string absolute_value(const dns_record& record) {
  return record.type == "TXT" ? record.value : record.value + '.';
}

}  // namespace easydkim
