// SPDX-License-Identifier: Apache-2.0
// One world lived through, and judged.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "tests/worlds/life.hpp"

namespace easydkim::worlds {

struct verdict_of_trial {
  std::uint64_t seed = 0;
  std::string kind;
  std::optional<std::string> broken;  // the promise, in a sentence
  bool was_guarded = false;           // something was promised there
  biography life;
};

verdict_of_trial tried(std::uint64_t seed);

/// The same world, as a story of at most so many questions.
std::string story_of(std::uint64_t seed, std::size_t most_lines);

}  // namespace easydkim::worlds
