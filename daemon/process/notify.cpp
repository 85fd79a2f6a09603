// SPDX-License-Identifier: Apache-2.0
#include "daemon/process/notify.hpp"

#include <sys/socket.h>
#include <systemd/sd-daemon.h>

#include <algorithm>
#include <chrono>

namespace easydkim {
namespace {

void notify(const std::string& lines) {
  sd_notify(0, lines.c_str());
}

std::string in_microseconds(std::chrono::nanoseconds span) {
  return std::to_string(std::chrono::duration_cast<std::chrono::microseconds>(span).count());
}

}  // namespace

void notify_ready() {
  notify("READY=1");
}

void notify_reloading() {
  // The time is what Type=notify-reload (systemd 253) matches the reload by.
  notify("RELOADING=1\nMONOTONIC_USEC=" +
         in_microseconds(std::chrono::steady_clock::now().time_since_epoch()));
}

void notify_stopping() {
  notify("STOPPING=1");
}

void notify_alive() {
  notify("WATCHDOG=1");
}

void notify_status(std::string_view text) {
  std::string line{text};
  std::ranges::replace(line, '\n', ' ');  // a line break would begin another assignment
  notify("STATUS=" + line);
}

void notify_still_starting(duration within) {
  notify("EXTEND_TIMEOUT_USEC=" + in_microseconds(within));
}

std::optional<duration> watchdog_limit() {
  std::uint64_t microseconds = 0;
  if (sd_watchdog_enabled(0, &microseconds) <= 0) return std::nullopt;
  return std::chrono::duration_cast<duration>(std::chrono::microseconds{microseconds});
}

boost::system::result<std::optional<int>, std::string> passed_socket() {
  const int passed = sd_listen_fds(1);
  if (passed == 0) return std::nullopt;
  if (passed < 0) return std::string{"the service manager passed sockets in a way that is not understood"};
  if (passed > 1)
    return "the service manager passed " + std::to_string(passed) +
           " sockets; easydkimd takes one, so keep a single ListenStream= in easydkimd.socket";
  constexpr int listening = 1;
  if (sd_is_socket_unix(SD_LISTEN_FDS_START, SOCK_STREAM, listening, nullptr, 0) <= 0)
    return std::string{
        "the socket that the service manager passed is not a listening Unix stream socket; set "
        "ListenStream= in easydkimd.socket to a path"};
  return SD_LISTEN_FDS_START;
}

}  // namespace easydkim
