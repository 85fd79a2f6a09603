// SPDX-License-Identifier: Apache-2.0
// Whether the kernel has a route to a server.
#pragma once

#include "resolver/transport/server_address.hpp"

namespace easydkim {

/// False where a packet to `server` could not even leave this host. Sends nothing; three system calls.
bool has_route(const server_address& server) noexcept;

}  // namespace easydkim
