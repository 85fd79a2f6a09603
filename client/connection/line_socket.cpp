// SPDX-License-Identifier: Apache-2.0
#include "client/connection/line_socket.hpp"

#include <sys/socket.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "client/connection/failure.hpp"

namespace easydkim {
namespace {

using boost::system::error_code;

/// As by nohup(1), and by a shell for what it starts in the background.
bool is_ignored(int signal) {
  struct ::sigaction set {};
  return ::sigaction(signal, nullptr, &set) == 0 && set.sa_handler == SIG_IGN;  // NOLINT: a union of C
}

std::string remedy(const error_code& reason) {
  if (reason == boost::system::errc::permission_denied)
    return "be in the group easydkim (adduser USER easydkim, then log in again), or be root";
  if (reason == boost::system::errc::filename_too_long) return "give a socket path of at most 107 octets";
  return "is easydkimd running? (systemctl status easydkimd)";
}

failure cannot_reach(const std::string& path, const error_code& reason) {
  return {exit_unreachable,
          "cannot reach the daemon at " + path + ": " + reason.message() + "; " + remedy(reason)};
}

failure went_away(const std::string& path, const error_code& reason) {
  const std::string why = reason == boost::asio::error::eof ? "it closed the connection" : reason.message();
  return {exit_unreachable, "the daemon at " + path + " went away: " + why +
                                "; is easydkimd running? (systemctl status easydkimd)"};
}

}  // namespace

line_socket::line_socket(const std::string& path) : path_{path} {
  try {
    socket_.connect(boost::asio::local::stream_protocol::endpoint{path});
  } catch (const boost::system::system_error& error) {
    throw cannot_reach(path, error.code());
  }
  read_more();
}

void line_socket::catch_signals() {
  signals_.emplace(context_);
  for (const int each : {SIGINT, SIGTERM, SIGHUP})
    if (!is_ignored(each)) signals_->add(each);
  signals_->async_wait([this](const error_code& error, int) { interrupted_ = !error; });
}

void line_socket::send(std::string text) {
  unsent_.push_back(std::move(text));
  if (unsent_.size() == 1) write_more();
}

void line_socket::send_with_file(const std::string& text, int number) {
  ::iovec octets{.iov_base = const_cast<char*>(text.data()), .iov_len = text.size()};  // only read
  alignas(::cmsghdr) std::array<char, CMSG_SPACE(sizeof number)> beside{};
  ::msghdr message{};
  message.msg_iov = &octets;
  message.msg_iovlen = 1;
  message.msg_control = beside.data();
  message.msg_controllen = beside.size();
  ::cmsghdr* const header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof number);
  std::memcpy(CMSG_DATA(header), &number, sizeof number);
  // A new connection takes a short line whole. A daemon that closes may have said why: what can be read
  // decides.
  const ::ssize_t sent = ::sendmsg(socket_.native_handle(), &message, MSG_NOSIGNAL);
  if (sent < 0 && errno == EPIPE) return;
  if (sent != static_cast<::ssize_t>(text.size()))
    throw went_away(path_, {errno, boost::system::system_category()});
}

line_socket::event line_socket::receive(clock::time_point deadline) {
  for (;;) {
    if (take_line()) return event::line;
    if (interrupted_) return event::interrupted;
    if (broken_) throw went_away(path_, *broken_);
    if (context_.stopped()) context_.restart();
    if (context_.run_one_until(deadline) == 0) return event::time_out;
  }
}

void line_socket::read_more() {
  socket_.async_read_some(boost::asio::buffer(chunk_), [this](const error_code& error, std::size_t count) {
    received_.append(chunk_.data(), count);
    if (error)
      broken_ = error;
    else
      read_more();
  });
}

void line_socket::write_more() {
  boost::asio::async_write(socket_, boost::asio::buffer(unsent_.front()),
                           [this](const error_code& error, std::size_t) {
                             // A daemon that closes may have said why: what can be read decides.
                             if (error) return;
                             unsent_.pop_front();
                             if (!unsent_.empty()) write_more();
                           });
}

bool line_socket::take_line() {
  const std::size_t end = received_.find('\n', searched_);
  if (end == received_.npos) {
    searched_ = received_.size();
    if (searched_ <= longest_line) return false;
    throw failure{exit_unreachable, "what listens at " + path_ +
                                        " does not answer like easydkimd (a line without end); give the "
                                        "daemon's control socket with --socket"};
  }
  line_.assign(received_, 0, end);
  received_.erase(0, end + 1);
  searched_ = 0;
  return true;
}

}  // namespace easydkim
