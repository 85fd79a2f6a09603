// SPDX-License-Identifier: Apache-2.0
#include "tests/worlds/plain_world.hpp"

namespace easydkim::worlds {

using namespace std::chrono_literals;

std::unique_ptr<world> plain_world(const plain_order& order) {
  constexpr std::uint32_t ttl = 300;
  auto made = std::make_unique<world>(1);
  world& w = *made;
  w.kind = "by hand";
  w.domain = w.registrable = "example.com";
  std::array<std::uint8_t, records_per_identity * token::octets> bits{};
  for (std::size_t i = 0; i < bits.size(); ++i) bits[i] = static_cast<std::uint8_t>(17 * i + 3);
  w.tokens = make_tokens(bits);
  w.rules = {.window = 4h,
             .recheck_interval = 1h,
             .grace = 3h,
             .growth = 0.1,
             .min_interval = 30s,
             .max_interval = 10min};
  w.end = 12h;

  level top{.apex = "example.com", .by_parent = {}, .by_zone = {}};
  for (std::size_t i = 0; i < order.servers.size(); ++i)
    top.by_parent.push_back("ns" + std::to_string(i + 1) + ".example.com");
  top.by_zone = top.by_parent;
  const auto address = [](std::size_t i) { return "45.77.1." + std::to_string(i + 1); };
  constexpr const char* liars = "45.77.3.1";
  const auto filled = [&](zone_content& zone, bool as_changed, bool by_liar = false) -> zone_content& {
    for (std::size_t i = 0; i < order.servers.size(); ++i) {
      const std::string& name = top.by_parent[i];
      zone.add(ns_of("example.com", name, ttl));
      if (by_liar && order.servers[i].at != plain_server::place::known) {
        zone.add(address_of(name, liars, ttl));
        continue;
      }
      switch (as_changed ? order.servers[i].at : plain_server::place::known) {
        case plain_server::place::known:
          zone.add(address_of(name, address(i), ttl));
          break;
        case plain_server::place::private_address:
          zone.add(address_of(name, "10.7.7.7", ttl));
          break;
        case plain_server::place::alias:
          if (zone.apex == "com") break;  // there is no glue of it
          zone.add(cname_of(name, "machine.example.com", ttl));
          zone.add(address_of("machine.example.com", address(i), ttl));
          break;
        case plain_server::place::no_address:
          break;
      }
    }
    return zone;
  };
  const auto zone = [&](bool as_changed) -> zone_content& {
    return filled(w.net.new_zone("example.com", top.by_zone.front(), ttl), as_changed);
  };
  zone_content& before = zone(false);
  zone_content& without = zone(true);
  zone_content& with = zone(true);
  for (std::size_t i = 0; i < records_per_identity; ++i)
    for (zone_content* each : {&before, &with}) each->add(cname_of(w.record_name(i), w.record_value(i), ttl));
  for (std::size_t i = 0; i < order.servers.size(); ++i) {
    const plain_server& one = order.servers[i];
    const held_zones* last =
        w.net.new_view({one.holds == plain_server::state::has_records ? &with : &without});
    machine at{.name = top.by_parent[i], .address = address(i), .is_hostile = false, .phases = {}};
    if (order.changes_at > 0ms)
      at.phases.push_back(
          {.from = 0ms, .by_turns = {{.how = manner::answers, .holds = w.net.new_view({&before})}}});
    at.phases.push_back({.from = order.changes_at, .by_turns = {{.how = one.then, .holds = last}}});
    w.net.add(std::move(at));
    w.servers[top.by_parent[i]] = {.is = role::right, .addresses = {address(i)}};
  }
  w.truths.push_back({.from = 0ms, .levels = {top}});

  zone_content& com_before = filled(w.net.new_zone("com", "p1.nic.test", ttl), false);
  zone_content& com = filled(w.net.new_zone("com", "p1.nic.test", ttl), true);
  recursion::top parents{
      .apex = "com", .servers = {"p1.nic.test", "p2.nic.test"}, .addresses = {"45.77.2.1", "45.77.2.2"}};
  for (std::size_t i = 0; i < 2; ++i) {
    machine at{
        .name = parents.servers[i], .address = parents.addresses[i], .is_hostile = false, .phases = {}};
    if (order.changes_at > 0ms)
      at.phases.push_back(
          {.from = 0ms, .by_turns = {{.how = manner::answers, .holds = w.net.new_view({&com_before})}}});
    at.phases.push_back(
        {.from = order.changes_at, .by_turns = {{.how = manner::answers, .holds = w.net.new_view({&com})}}});
    w.parents.push_back({.machine = w.net.add(std::move(at)), .is = role::right});
  }
  if (order.third_parent_lies) {
    parents.servers.push_back("p3.nic.test");
    parents.addresses.push_back("45.77.2.3");
    zone_content& lie = filled(w.net.new_zone("com", "p1.nic.test", ttl), true, true);
    for (const auto& [name, at, holds] : {std::tuple{"p3.nic.test", "45.77.2.3", &lie}, {"liar", liars, &without}})
      w.net.add({.name = name,
                 .address = at,
                 .is_hostile = true,
                 .phases = {{.from = 0ms, .by_turns = {{.how = manner::answers, .holds = w.net.new_view({holds})}}}}});
    w.parents.push_back({.machine = w.net.machines().size() - 2, .is = role::hostile});
  }
  w.resolver.add(std::move(parents));
  w.resolver.set(recursion::luck::good);
  return made;
}

}  // namespace easydkim::worlds
