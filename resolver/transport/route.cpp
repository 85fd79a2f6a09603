// SPDX-License-Identifier: Apache-2.0
#include "resolver/transport/route.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/ip/udp.hpp>
#include <cerrno>

namespace easydkim {

bool has_route(const server_address& server) noexcept {
  const boost::asio::ip::udp::endpoint to{server.address, server.port};
  const int probe = ::socket(to.protocol().family(), SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (probe < 0) return errno != EAFNOSUPPORT;
  const bool connected = ::connect(probe, to.data(), static_cast<::socklen_t>(to.size())) == 0;
  const int failure = connected ? 0 : errno;
  ::close(probe);
  return failure != ENETUNREACH && failure != EADDRNOTAVAIL && failure != EAFNOSUPPORT;
}

}  // namespace easydkim
