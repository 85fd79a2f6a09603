// SPDX-License-Identifier: Apache-2.0
#include "tests/support/scripted_records.hpp"

#include <algorithm>
#include <sstream>
#include <stdexcept>

#include "resolver/wire/name_text.hpp"

namespace easydkim::tests {
namespace {

std::string without_dot(std::string name) {
  if (name.size() > 1 && name.ends_with('.')) name.pop_back();
  return lower(name);
}

std::string_view wire_text(std::string_view name) {
  return name == "." ? std::string_view{} : name;
}

}  // namespace

scripted_records scripted_records::parse(role as, std::string_view text) {
  scripted_records zones;
  zones.role_ = as;
  std::istringstream lines{std::string{text}};
  for (std::string each; std::getline(lines, each);) {
    std::istringstream words{each.substr(0, each.find('#'))};
    std::string name, type, value;
    if (!(words >> name)) continue;
    if (!(words >> type >> value)) throw std::runtime_error{"not 'name TYPE value': " + each};
    name = without_dot(name);
    const std::string_view owner = wire_text(name);
    if (type == "SOA")
      zones.lines_.push_back(
          {name, type_soa, soa_record(owner, static_cast<unsigned>(std::stoul(value))), {}});
    else if (type == "NS")
      zones.lines_.push_back({name, type_ns, ns_record(owner, without_dot(value)), without_dot(value)});
    else if (type == "A" || type == "AAAA")
      zones.lines_.push_back({name, type == "A" ? type_a : type_aaaa, address_record(owner, value), {}});
    else if (type == "CNAME")
      zones.lines_.push_back({name, type_cname, cname_record(owner, without_dot(value)), {}});
    else if (type == "TXT")
      zones.lines_.push_back({name, type_txt, txt_record(owner, {value}), {}});
    else
      throw std::runtime_error{"no type that a scripted zone knows: " + each};
  }
  return zones;
}

/// Its SOA: of the zone with the longest name.
const scripted_records::line* scripted_records::zone_of(const std::string& name) const {
  const line* longest = nullptr;
  for (const line& each : lines_)
    if (each.type == type_soa && is_at_or_below(name, each.name) &&
        (longest == nullptr || each.name.size() > longest->name.size() || longest->name == "."))
      longest = &each;
  return longest;
}

/// RFC 1034 section 4.3.2, step 3b.
bool scripted_records::refer(const std::string& name, const line& zone, dns_reply& reply) const {
  const line* cut = nullptr;
  for (const line& each : lines_)
    if (each.type == type_ns && is_below(each.name, zone.name) && is_at_or_below(name, each.name) &&
        (cut == nullptr || each.name.size() < cut->name.size()))
      cut = &each;
  if (cut == nullptr) return false;
  for (const line& each : lines_) {
    if (each.type != type_ns || each.name != cut->name) continue;
    reply.authorities.push_back(each.record);
    for (const line& glue : lines_)
      if ((glue.type == type_a || glue.type == type_aaaa) && glue.name == each.target)
        reply.additionals.push_back(glue.record);
  }
  return true;
}

dns_reply scripted_records::answer(const dns_query& query) const {
  dns_reply reply{query};
  const std::string name = query.name.empty() ? "." : lower(query.name);
  const line* zone = zone_of(name);
  if (role_ == role::authority) {
    if (zone == nullptr) {
      reply.rcode = 5;
      return reply;
    }
    if (refer(name, *zone, reply)) return reply;
    reply.is_authoritative = true;
  }
  bool exists = false;
  for (const line& each : lines_) {
    exists |= is_at_or_below(each.name, name);
    if (each.name == name && (each.type == query.type || each.type == type_cname))
      reply.answers.push_back(each.record);
  }
  if (!exists) reply.rcode = 3;
  if (reply.answers.empty()) reply.authorities = {zone == nullptr ? soa_record("") : zone->record};
  return reply;
}

dns_behaviour scripted_records::behaviour() const {
  return [copy = *this](const dns_query& query) {
    constexpr std::size_t most_over_udp = 512;  // RFC 1035 section 4.2.1
    octets message = copy.answer(query).message();
    if (!query.over_tcp && message.size() > most_over_udp) message = truncated_reply(query).message();
    return std::vector<dns_action>{{.message = std::move(message)}};
  };
}

}  // namespace easydkim::tests
