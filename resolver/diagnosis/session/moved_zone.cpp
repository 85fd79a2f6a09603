// SPDX-License-Identifier: Apache-2.0
#include "resolver/diagnosis/session/moved_zone.hpp"

#include <algorithm>

#include "resolver/diagnosis/session/provider.hpp"

namespace easydkim {

server_names names_of(const zone& of) {
  server_names names;
  for (const zone_server& each : of.servers) names.push_back(each.name);
  std::ranges::sort(names);
  return names;
}

server_names names_in(const dns_reply& said, std::string_view apex) {
  server_names names;
  for (const resource_record* each : said.answers(apex, rr_type::ns)) names.push_back(each->text);
  std::ranges::sort(names);
  return names;
}

bool are_two_sets(const server_names& a, const server_names& b) {
  return !std::ranges::includes(a, b) && !std::ranges::includes(b, a);
}

std::string other_provider(const server_names& servers, const std::string& primary) {
  const dns_provider* here = provider_of(servers);
  const dns_provider* there = provider_of(primary);
  if (here == nullptr || there == nullptr || here->name == there->name) return {};
  return with_provider({primary});
}

std::string with_provider(const server_names& servers) {
  std::string all;
  for (const std::string& each : servers) (all += all.empty() ? "" : ", ") += each;
  const dns_provider* known = provider_of(servers);
  return known == nullptr ? all : std::string{known->name} + " (" + all + ")";
}

}  // namespace easydkim
