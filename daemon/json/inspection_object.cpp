// SPDX-License-Identifier: Apache-2.0
#include "daemon/json/inspection_object.hpp"

#include <boost/json/array.hpp>

#include "core/printable.hpp"

namespace easydkim {

namespace json = boost::json;

json::object inspection_object(const domain_inspection& seen) {
  json::array servers, warnings;
  for (const std::string& each : seen.servers) servers.emplace_back(printable(each));
  for (const domain_warning& each : seen.warnings)
    warnings.push_back(json::object{{"Code", each.code}, {"Message", printable(each.message)}});
  json::object object{{"Domain", seen.domain.text()},
                      {"Zone", seen.zone ? json::value(printable(*seen.zone)) : json::value(nullptr)},
                      {"Servers", std::move(servers)},
                      {"Warnings", std::move(warnings)}};
  if (seen.zone_above) object["ZoneAbove"] = printable(*seen.zone_above);
  return object;
}

}  // namespace easydkim
