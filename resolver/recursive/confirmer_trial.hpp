// SPDX-License-Identifier: Apache-2.0
// Asks servers that are to confirm records whether they answer at all: over TCP, and else over UDP.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <vector>

#include "resolver/recursive/confirmation_health.hpp"
#include "resolver/transport/server_exchange.hpp"

namespace easydkim {

/// Asks all of `servers` at the same time for the servers of the root, which a resolver knows; whatever one
/// says is an answer. On the thread of `exchange`, which must outlive the call.
boost::asio::awaitable<std::vector<confirmation_health::trial>> try_confirmers(
    server_exchange& exchange, std::vector<server_address> servers);

}  // namespace easydkim
