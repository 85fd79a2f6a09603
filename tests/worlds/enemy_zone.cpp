// SPDX-License-Identifier: Apache-2.0
#include "tests/worlds/enemy_zone.hpp"

#include <algorithm>
#include <array>

#include "resolver/wire/name_text.hpp"

namespace easydkim::worlds {
namespace {

constexpr std::string_view nobodys_address = "45.78.0.1";

bool knows(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

}  // namespace

enemy_zone::enemy_zone(enemy_means with) : with_{std::move(with)} {
  dice& draw = with_.draw;
  enemy_domain& own = registered_;
  own.registrable = draw.of<std::string>({"enemy.com", "enemy.net"});
  own.domain = draw.percent(75) ? own.registrable : "mail." + own.registrable;
  std::array<std::uint8_t, records_per_identity * token::octets> bits{};
  for (std::uint8_t& each : bits) each = static_cast<std::uint8_t>(draw.number());
  own.tokens = make_tokens(bits);
  own.checks_in_hundred = draw.of<std::size_t>({20, 40, 70});
  for (std::size_t i = 0; i < with_.addresses.size(); ++i)
    own.glue.emplace_back(std::string{static_cast<char>('a' + i)} + "." + own.registrable,
                          with_.addresses[i]);
  own.by_parent.push_back(own.glue.front().first);
  if (draw.percent(40)) own.by_parent.push_back(own.glue.back().first);
  if (draw.percent(20)) {  // for those who look, time passes
    own.glue.emplace_back("slow." + own.registrable, nobodys_address);
    own.by_parent.push_back(own.glue.back().first);
  }
  if (draw.percent(50))
    for (std::string& each : draw_names())
      if (!knows(own.by_parent, each)) own.by_parent.push_back(std::move(each));
  if (draw.percent(10)) own.by_parent.erase(own.by_parent.begin());
  if (own.by_parent.empty()) own.by_parent.push_back(with_.coveted.front());
}

/// Mostly names that are not his.
std::vector<std::string> enemy_zone::draw_names() {
  dice& draw = with_.draw;
  std::vector<std::string> names;
  if (draw.percent(60)) {
    names = with_.sets[draw.below(with_.sets.size())];
    if (draw.percent(40))  // who looks for these passes by the others
      for (std::string& each : names) each = "x." + each;
    return names;
  }
  for (std::size_t left = 1 + draw.below(5); left > 0; --left) {
    std::string name = draw.percent(20) ? registered_.glue[draw.below(registered_.glue.size())].first
                                        : with_.coveted[draw.below(with_.coveted.size())];
    if (draw.percent(20)) name = "x." + name;
    if (!knows(names, name)) names.push_back(std::move(name));
  }
  return names;
}

/// With an address for each, whoever's name it is.
void enemy_zone::add_servers(zone_content& to, const std::string& apex,
                             const std::vector<std::string>& names) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    to.add(ns_of(apex, names[i], with_.ttl));
    const auto own =
        std::ranges::find(registered_.glue, names[i], [](const auto& each) { return each.first; });
    to.add(address_of(
        names[i], own != registered_.glue.end() ? own->second : with_.addresses[i % with_.addresses.size()],
        with_.ttl));
  }
}

void enemy_zone::add_cut(held_zones& held, zone_content& above, const std::string& apex) {
  const std::vector<std::string> names = draw_names();
  if (with_.draw.percent(65)) {
    add_servers(above, apex, names);
    return;
  }
  zone_content& below = with_.net.new_zone(apex, names.front(), with_.ttl);
  add_servers(below, apex, names);
  held.push_back(&below);
}

void enemy_zone::add_to(held_zones& held) {
  dice& draw = with_.draw;
  const enemy_domain& own = registered_;
  zone_content& top = with_.net.new_zone(own.registrable, own.by_parent.front(), with_.ttl);
  add_servers(top, own.registrable, draw.percent(50) ? own.by_parent : draw_names());
  if (own.domain != own.registrable && draw.percent(50)) add_cut(held, top, own.domain);
  if (draw.percent(75)) add_cut(held, top, "_domainkey." + own.domain);
  if (draw.percent(25))
    for (const token& each : own.tokens) add_cut(held, top, each.text() + "._domainkey." + own.domain);
  for (const token& each : own.tokens) {
    const std::string name = each.text() + "._domainkey." + own.domain;
    if (draw.percent(60)) top.add(cname_of(name, each.text() + "." + std::string{suffix}, with_.ttl));
  }
  held.push_back(&top);
}

}  // namespace easydkim::worlds
