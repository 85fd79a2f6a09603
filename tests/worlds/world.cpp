// SPDX-License-Identifier: Apache-2.0
#include "tests/worlds/world.hpp"

#include <algorithm>

namespace easydkim::worlds {

std::string_view to_string(role of) noexcept {
  switch (of) {
    case role::right:
      return "right";
    case role::faulty:
      return "faulty";
    case role::old:
      return "old";
    case role::hostile:
      break;
  }
  return "hostile";
}

std::vector<std::string> level::all() const {
  std::vector<std::string> names = by_parent;
  names.insert(names.end(), by_zone.begin(), by_zone.end());
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

const truth& world::true_at(duration now) const {
  const truth* present = &truths.front();
  for (const truth& each : truths)
    if (each.from <= now) present = &each;
  return *present;
}

}  // namespace easydkim::worlds
