// SPDX-License-Identifier: Apache-2.0
// The product's own way through the DNS, put together as resolver/zones/authoritative_dns.cpp does it, on a network
// that is a function.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "resolver/recursive/recursor.hpp"
#include "resolver/servers/courteous_exchange.hpp"
#include "resolver/zones/address_book.hpp"
#include "resolver/zones/authority.hpp"
#include "resolver/zones/delegation_finder.hpp"
#include "resolver/zones/record_look.hpp"
#include "resolver/zones/zone_finder.hpp"
#include "resolver/zones/zone_look.hpp"
#include "tests/worlds/network.hpp"
#include "tests/worlds/simulated_time.hpp"

namespace easydkim::worlds {

/// Everything that it is made of must outlive it.
class walk {
 public:
  walk(const world& in, network& net, simulated_time& time);

  boost::asio::awaitable<zone_look> look(look_order order);

  server_courtesy& courtesy() noexcept { return courtesy_; }

 private:
  simulated_time& time_;
  server_courtesy courtesy_{{}};
  recursor recursor_;
  address_book book_;
  courteous_exchange strangers_;
  authority authority_;
  delegation_finder delegations_;
  zone_finder zones_;
  record_looker looker_;
};

}  // namespace easydkim::worlds
