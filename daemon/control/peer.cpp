// SPDX-License-Identifier: Apache-2.0
#include "daemon/control/peer.hpp"

#include <sys/socket.h>
#include <sys/types.h>

namespace easydkim {

std::optional<std::uint32_t> peer_uid(int socket) noexcept {
  ::ucred peer{};
  ::socklen_t size = sizeof peer;
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return std::nullopt;
  if (peer.uid == static_cast<::uid_t>(-1)) return std::nullopt;  // nobody is at the other end
  return peer.uid;
}

}  // namespace easydkim
