// SPDX-License-Identifier: Apache-2.0
#include "tests/soak/owner.hpp"

#include <array>
#include <chrono>

#include "tests/soak/dice.hpp"

namespace easydkim::soak {
namespace {

using namespace std::chrono_literals;

enum class habit : std::uint8_t { prompt, late, too_late, never, wrong_first, in_part, removes, flaps };

/// So many of a hundred.
struct share {
  habit who;
  std::uint64_t part;
};
constexpr std::array shares{share{habit::prompt, 30},  share{habit::late, 15},   share{habit::too_late, 8},
                            share{habit::never, 12},   share{habit::in_part, 5}, share{habit::wrong_first, 8},
                            share{habit::removes, 15}, share{habit::flaps, 7}};

habit habit_of(std::uint64_t chance) {
  std::uint64_t left = chance % 100;
  for (const share& each : shares) {
    if (left < each.part) return each.who;
    left -= each.part;
  }
  return habit::prompt;
}

/// From `least` on, below `most`.
duration between(duration least, duration most, std::uint64_t chance) {
  return least +
         duration{static_cast<duration::rep>(chance % static_cast<std::uint64_t>((most - least).count()))};
}

}  // namespace

owner::owner(std::uint64_t chance, time_point told) : told_{told} {
  const std::uint64_t when = mixed(chance + 1), how = mixed(chance + 2), further = mixed(chance + 3);
  publishes_after_ = between(1s, 2h, when);
  switch (habit_of(chance)) {
    case habit::prompt:
      break;
    case habit::late:
      publishes_after_ = between(1h, 72h, when);
      break;
    case habit::too_late:
      publishes_after_ = between(72h, 240h, when);
      break;
    case habit::never:
      publishes_after_.reset();
      break;
    case habit::wrong_first:
      wrong_for_ = between(10min, 90h, how);
      break;
    case habit::in_part:
      forgets_ = how % records_per_identity;
      break;
    case habit::removes:
      keeps_for_ = between(20h, 200h, how);
      removed_for_ = between(30min, 130h, further);
      break;
    case habit::flaps:
      flaps_every_ = between(20s, 3h, how);
      break;
  }
}

placed owner::record(std::size_t index, time_point now) const {
  if (!publishes_after_ || now < told_ + *publishes_after_) return placed::absent;
  const duration since = now - told_ - *publishes_after_;
  if (since < wrong_for_) return placed::wrong;
  if (forgets_ == index) return placed::absent;
  if (removed_for_ > 0s && since % (keeps_for_ + removed_for_) >= keeps_for_) return placed::absent;
  if (flaps_every_ > 0s && since / flaps_every_ % 2 == 1) return placed::absent;
  return placed::right;
}

bool owner::holds(proof which, time_point now) const {
  const std::size_t records = which == proof::dkim ? records_per_identity : 1;
  for (std::size_t i = 0; i < records; ++i)
    if (record(i, now) != placed::right) return false;
  return true;
}

}  // namespace easydkim::soak
