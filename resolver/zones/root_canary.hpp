// SPDX-License-Identifier: Apache-2.0
// Asks servers of the root for the root: when they do not answer either, it is not the domains that are dead.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <utility>

#include "resolver/recursive/recursor.hpp"
#include "resolver/servers/courteous_exchange.hpp"
#include "resolver/servers/port_53.hpp"
#include "resolver/zones/address_book.hpp"

namespace easydkim {

/// On the thread of its exchange. What it is made of must outlive it.
class root_canary {
 public:
  /// Servers of the root that are asked, and addresses of each.
  static constexpr std::size_t most_servers = 2;
  static constexpr std::size_t most_addresses = 2;

  using outcome = port_53::canary;
  struct parts {
    recursor& dns;
    courteous_exchange& strangers;
    address_book& book;
  };
  /// `random`: fills a span from a cryptographic generator; each time other servers are asked.
  root_canary(parts of, std::function<void(std::span<std::uint8_t>)> random)
      : dns_{of.dns}, strangers_{of.strangers}, book_{of.book}, random_{std::move(random)} {}

  /// `silent`: none of them answered, or the resolver knows none: a small world without a root.
  /// `without_authority`: all that were asked answered so. `unknown`: some did, and others were silent; or
  /// the resolver did not answer, so nobody was asked.
  boost::asio::awaitable<outcome> ask();

 private:
  boost::asio::awaitable<outcome> ask(std::string server);

  recursor& dns_;
  courteous_exchange& strangers_;
  address_book& book_;
  std::function<void(std::span<std::uint8_t>)> random_;
};

}  // namespace easydkim
