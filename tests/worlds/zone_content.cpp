// SPDX-License-Identifier: Apache-2.0
#include "tests/worlds/zone_content.hpp"

#include <algorithm>

#include "resolver/wire/name_text.hpp"

namespace easydkim::worlds {
namespace {

const zone_content* holder_of(const held_zones& zones, std::string_view name) {
  const zone_content* best = nullptr;
  for (const zone_content* each : zones)
    if (is_at_or_below(name, each->apex) && (best == nullptr || each->apex.size() > best->apex.size()))
      best = each;
  return best;
}

/// The highest cut below the apex that `name` lies at or below; null without.
const std::string* cut_above(const zone_content& zone, std::string_view name) {
  const std::string* highest = nullptr;
  for (const record& each : zone.records)
    if (each.type == rr_type::ns && each.owner != zone.apex && is_at_or_below(name, each.owner) &&
        (highest == nullptr || each.owner.size() < highest->size()))
      highest = &each.owner;
  return highest;
}

answer referral_to(const zone_content& zone, const std::string& cut) {
  answer points;
  for (const record& each : zone.records) {
    if (each.type != rr_type::ns || each.owner != cut) continue;
    points.authority.push_back(&each);
    for (const record& glue : zone.records)
      if (glue.type == rr_type::a && glue.owner == each.text) points.additional.push_back(&glue);
  }
  return points;
}

}  // namespace

zone_content::zone_content(std::string of, std::string_view primary, std::uint32_t ttl)
    : apex{std::move(of)} {
  records.push_back(soa_of(apex, primary, ttl));
}

zone_content& zone_content::add(record one) {
  records.push_back(std::move(one));
  return *this;
}

answer answered_from(const held_zones& zones, std::string_view name, rr_type type) {
  constexpr unsigned refused = 5;
  constexpr unsigned no_such_name = 3;
  answer reply;
  const zone_content* const zone = holder_of(zones, name);
  if (zone == nullptr) {
    reply.rcode = refused;
    return reply;
  }
  if (const std::string* cut = cut_above(*zone, name)) return referral_to(*zone, *cut);
  reply.authoritative = true;
  bool exists = false;
  for (const record& each : zone->records) {
    if (each.owner != name) {
      exists = exists || is_below(each.owner, name);
      continue;
    }
    exists = true;
    if (each.type == type || each.type == rr_type::cname) reply.answers.push_back(&each);
  }
  if (!reply.answers.empty()) return reply;
  reply.rcode = exists ? 0 : no_such_name;
  reply.authority.push_back(&zone->records.front());
  return reply;
}

}  // namespace easydkim::worlds
