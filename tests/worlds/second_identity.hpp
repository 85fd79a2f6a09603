// SPDX-License-Identifier: Apache-2.0
// The life of the enemy's own identity: looks at it through the same parts and caches, shortly before the
// victim is looked at, or at the same time.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <string>
#include <vector>

#include "resolver/zones/zone_look.hpp"
#include "tests/worlds/dice.hpp"
#include "tests/worlds/network.hpp"
#include "tests/worlds/simulated_time.hpp"
#include "tests/worlds/world.hpp"

namespace easydkim::worlds {

class second_identity {
 public:
  struct parts {
    const world& in;
    network& net;
    simulated_time& time;
    std::function<boost::asio::awaitable<zone_look>(look_order)> look;
    std::vector<std::string>* lines = nullptr;  // for the story; may be null
  };
  explicit second_identity(parts of) : of_{std::move(of)}, draw_{of_.in.seed ^ 0x2545F491U} {}

  /// The victim is about to be checked.
  boost::asio::awaitable<void> before_check();

  /// A look at the victim.
  boost::asio::awaitable<zone_look> look(look_order at_victim);

 private:
  boost::asio::awaitable<void> look_at_own();

  parts of_;
  dice draw_;
  bool is_beside_ = false;  // the next look at the victim has one at this beside it
};

}  // namespace easydkim::worlds
