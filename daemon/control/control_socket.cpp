// SPDX-License-Identifier: Apache-2.0
#include "daemon/control/control_socket.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "daemon/process/accept_clients.hpp"

namespace easydkim {

namespace asio = boost::asio;
using asio::local::stream_protocol;

namespace {

/// Removes a socket file that a daemon left behind when it was killed.
void remove_if_stale(asio::io_context& io, const std::string& path) {
  struct stat file {};
  if (::lstat(path.c_str(), &file) != 0) {
    if (errno == ENOENT) return;
    throw socket_unusable{"control socket " + path + ": " + std::strerror(errno) +
                          "; check the directory of control.socket"};
  }
  if (!S_ISSOCK(file.st_mode))
    throw socket_unusable{"control socket " + path +
                          ": another file is there; remove it, or choose another control.socket"};
  stream_protocol::socket probe{io};
  boost::system::error_code failed;
  probe.connect(stream_protocol::endpoint{path}, failed);
  if (failed != asio::error::connection_refused)
    throw socket_unusable{"control socket " + path +
                          ": in use by a running program; stop it, or choose another control.socket"};
  ::unlink(path.c_str());
}

}  // namespace

control_socket::control_socket(asio::io_context& io, const std::string& path, unsigned mode) : acceptor_{io} {
  remove_if_stale(io, path);
  // The file must never be open wider than `mode`, not even between bind and chmod.
  const mode_t before = ::umask(0777U & ~mode);
  boost::system::error_code failed;
  acceptor_.open(stream_protocol{});
  acceptor_.bind(stream_protocol::endpoint{path}, failed);
  ::umask(before);
  if (failed)
    throw socket_unusable{"control socket " + path + ": " + failed.message() +
                          "; check that the directory exists and that the daemon may write there"};
  made_ = path;
  acceptor_.listen(accept_backlog);
}

control_socket::control_socket(asio::io_context& io, int fd) : acceptor_{io, stream_protocol{}, fd} {}

control_socket::~control_socket() {
  if (!made_.empty()) ::unlink(made_.c_str());
}

}  // namespace easydkim
