// SPDX-License-Identifier: Apache-2.0
// A world and a life in it, told for people.
#pragma once

#include <string>
#include <vector>

#include "tests/worlds/life.hpp"
#include "tests/worlds/promises.hpp"
#include "tests/worlds/world.hpp"

namespace easydkim::worlds {

/// Servers, behaviours and times.
std::string description(const world& of, const promises& oracle);

/// The changes, and the last of what was asked and answered.
std::string story(const biography& of, const std::vector<std::string>& lines, std::size_t most_lines);

}  // namespace easydkim::worlds
