// SPDX-License-Identifier: Apache-2.0
// The user at the other end of a Unix socket, as the kernel says (unix(7), SO_PEERCRED).
#pragma once

#include <cstdint>
#include <optional>

namespace easydkim {

/// The uid that whoever connected had when he did. From outside our user namespace it is 65534 (see
/// PrivateUsers= in systemd.exec(5)). Nothing when `socket` is no connected Unix socket.
std::optional<std::uint32_t> peer_uid(int socket) noexcept;

}  // namespace easydkim
