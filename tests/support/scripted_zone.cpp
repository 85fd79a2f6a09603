// SPDX-License-Identifier: Apache-2.0
#include "tests/support/scripted_zone.hpp"

#include <algorithm>
#include <sstream>
#include <stdexcept>

namespace easydkim::tests {
namespace {

constexpr std::string_view apex = "zone.invalid";  // owner of the SOA; nobody looks at it

std::string after_first_label(const std::string& name) {
  const std::size_t dot = name.find('.');
  return dot == name.npos ? std::string{} : name.substr(dot + 1);
}

dns_record owner_is_question(octets data) {
  return {{0xC0, 12}, type_cname, std::move(data)};
}

}  // namespace

void scripted_zone::add(std::string_view name, kind type, std::string_view target) {
  entries_.emplace(lower(name), entry{type, std::string{target}});
}

scripted_zone scripted_zone::parse(std::string_view text) {
  scripted_zone zone;
  std::istringstream lines{std::string{text}};
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words{line.substr(0, line.find('#'))};
    std::string name, type, target;
    if (!(words >> name)) continue;
    if (!(words >> type >> target)) throw std::runtime_error{"not 'name TYPE target': " + line};
    if (target.ends_with('.')) target.pop_back();
    if (name.ends_with('.')) name.pop_back();
    if (type == "CNAME")
      zone.add(name, kind::cname, target);
    else if (type == "DNAME")
      zone.add(name, kind::dname, target);
    else if (type == "TXT")
      zone.add(name, kind::other, target);
    else
      throw std::runtime_error{"not CNAME, DNAME or TXT: " + line};
  }
  return zone;
}

/// True also for a name that only has names below it (RFC 4592 section 2.2.2).
bool scripted_zone::exists(const std::string& name) const {
  return std::ranges::any_of(
      entries_, [&](const auto& each) { return each.first == name || each.first.ends_with("." + name); });
}

dns_reply scripted_zone::answer(const dns_query& query) const {
  dns_reply reply{query};
  const std::string name = lower(query.name);
  const auto add_cnames = [&](const std::string& owner) {
    const auto [from, to] = entries_.equal_range(owner);
    for (auto at = from; at != to; ++at)
      if (at->second.type == kind::cname && query.type == type_cname)
        reply.answers.push_back(owner_is_question(to_wire(at->second.target)));
    return from != to;
  };

  for (std::string above = after_first_label(name); !above.empty(); above = after_first_label(above)) {
    const auto at = entries_.find(above);
    if (at == entries_.end() || at->second.type != kind::dname) continue;
    const std::string kept = query.name.substr(0, query.name.size() - above.size());
    reply.answers = {dname_record(above, at->second.target),
                     owner_is_question(to_wire(kept + at->second.target))};
    return reply;
  }
  if (!add_cnames(name) && !exists(name)) {
    bool covered = false;
    for (std::string above = after_first_label(name); !covered && !above.empty();
         above = after_first_label(above)) {
      covered = add_cnames("*." + above);
      if (exists(above))
        break;  // the closest encloser: no wildcard further up counts (RFC 4592 section 3.3.1)
    }
    if (!covered) reply.rcode = 3;
  }
  if (reply.answers.empty()) reply.authorities = {soa_record(apex)};
  return reply;
}

}  // namespace easydkim::tests
