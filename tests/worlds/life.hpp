// SPDX-License-Identifier: Apache-2.0
// The life of an identity in a world: polls when they are due, checks when somebody asks, the real verdicts.
//
// What resolver/polling/poller_lane.cpp does with lanes and the store is done here by one coroutine and a value; the
// decisions are those of core.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/check.hpp"
#include "core/identity.hpp"
#include "resolver/zones/zone_look.hpp"
#include "tests/worlds/network.hpp"
#include "tests/worlds/simulated_time.hpp"
#include "tests/worlds/world.hpp"

namespace easydkim::worlds {

struct status_change {
  dkim_status from{};
  dkim_status to{};
  duration began{0};  // when the check that decided it began
  duration at{0};
};

/// What became of an identity.
struct biography {
  std::vector<status_change> changes;
  dkim_status last = dkim_status::pending;
  duration ended{0};
  std::uint64_t polls = 0;
  std::uint64_t questions = 0;

  dkim_status at(duration when) const;
};

struct life_parts {
  world& in;
  network& net;
  simulated_time& time;
  std::function<boost::asio::awaitable<zone_look>(look_order)> look;
  std::function<bool(const status_change&)> goes_on;  // false: the life ends here
  std::function<boost::asio::awaitable<void>()> before_check{};  // may be null
  std::vector<std::string>* lines = nullptr;          // for the story; may be null
};

/// Until the end of the world, or a change that ends it.
boost::asio::awaitable<void> live(life_parts of, biography& into);

}  // namespace easydkim::worlds
