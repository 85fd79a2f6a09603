// SPDX-License-Identifier: Apache-2.0
// Chance that a seed repeats: the same number for the same question, in whatever order questions come.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace easydkim::soak {

/// splitmix64's finaliser.
constexpr std::uint64_t mixed(std::uint64_t bits) noexcept {
  bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9U;
  bits = (bits ^ (bits >> 27)) * 0x94d049bb133111ebU;
  return bits ^ (bits >> 31);
}

/// What the chance is about.
enum class dice : std::uint64_t { weather, silence, zone, owner, user, era, mode, trace };

constexpr std::uint64_t roll(std::uint64_t seed, dice about,
                             std::initializer_list<std::uint64_t> which) noexcept {
  std::uint64_t bits = mixed(seed + 0x9e3779b97f4a7c15U * (static_cast<std::uint64_t>(about) + 1));
  for (const std::uint64_t each : which) bits = mixed(bits + 0x9e3779b97f4a7c15U + each);
  return bits;
}

constexpr std::uint64_t number_of(std::string_view text) noexcept {
  std::uint64_t bits = 0;
  for (const char c : text) bits = mixed(bits + static_cast<unsigned char>(c));
  return bits;
}

}  // namespace easydkim::soak
