// SPDX-License-Identifier: Apache-2.0
// Draws worlds: the same from the same seed, on every machine.
#pragma once

#include <cstdint>
#include <memory>

#include "tests/worlds/world.hpp"

namespace easydkim::worlds {

std::unique_ptr<world> world_of(std::uint64_t seed);

}  // namespace easydkim::worlds
