// SPDX-License-Identifier: Apache-2.0
// The zone of a second identity: a domain that an enemy has us verify beside the victim's. All its servers
// are his, so what it says counts for nothing; it names what he would like to have false addresses for.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "tests/worlds/dice.hpp"
#include "tests/worlds/internet.hpp"
#include "tests/worlds/world.hpp"

namespace easydkim::worlds {

/// What he has to work with. Everything must outlive the zones.
struct enemy_means {
  internet& net;
  dice& draw;
  std::vector<std::string> addresses{};          // of his machines
  std::vector<std::string> coveted{};            // names of others' servers, and names beside and below them
  std::vector<std::vector<std::string>> sets{};  // all servers of a zone, each
  std::uint32_t ttl = 0;
};

class enemy_zone {
 public:
  /// Registers a domain: its name, tokens, and what its parent has of it.
  explicit enemy_zone(enemy_means with);

  const enemy_domain& registered() const noexcept { return registered_; }

  /// What one of his machines holds of it, drawn anew each time.
  void add_to(held_zones& held);

 private:
  std::vector<std::string> draw_names();
  void add_servers(zone_content& to, const std::string& apex, const std::vector<std::string>& names);
  void add_cut(held_zones& held, zone_content& above, const std::string& apex);

  enemy_means with_;
  enemy_domain registered_;
};

}  // namespace easydkim::worlds
