// SPDX-License-Identifier: Apache-2.0
// Who is asked by a diagnosis: a few function objects, so that probes know nothing of sockets, caches and
// courtesy.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <string>
#include <vector>

#include "resolver/zones/zone.hpp"

namespace easydkim {

/// None of them may throw for what a stranger's server says. Names are without the last dot.
struct dns_view {
  /// Each server of the zone that has an address, once. One answer a server.
  std::function<boost::asio::awaitable<std::vector<server_answer>>(const zone& of, std::string name,
                                                                   rr_type type)>
      ask_servers;
  /// The configured resolver. Never for a name whose absence it would remember, unless the zone's servers
  /// have it.
  std::function<boost::asio::awaitable<server_reply>(std::string name, rr_type type, question_manner manner)>
      ask_resolver;
  /// The zone that holds `_domainkey.DOMAIN`.
  std::function<boost::asio::awaitable<zone_search>(std::string domain)> find_zone;
  /// The same zone with the servers that its parent names. Empty: nobody can tell.
  std::function<boost::asio::awaitable<zone_search>(std::string domain)> find_from_above{};
};

}  // namespace easydkim
