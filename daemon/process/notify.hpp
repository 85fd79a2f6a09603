// SPDX-License-Identifier: Apache-2.0
// What the daemon and its service manager tell each other: sd_notify(3), and the socket passed at the start.
//
// Without a service manager ($NOTIFY_SOCKET unset) the notifications do nothing. They never block and never
// fail: a daemon that cannot tell how it is goes on serving.
#pragma once

#include <boost/system/result.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "core/time_point.hpp"

namespace easydkim {

void notify_ready();      // the start, or a reload, is complete
void notify_reloading();  // SIGHUP was taken; notify_ready() must follow
void notify_stopping();
void notify_alive();                          // at least every half `watchdog_limit`
void notify_status(std::string_view text);    // one line, shown by `systemctl status`
void notify_still_starting(duration within);  // the next sign of life comes within this time

/// How long the service manager waits for `notify_alive` before it ends the daemon; nothing when it does not
/// watch.
std::optional<duration> watchdog_limit();

/// The listening socket that the service manager passed (sd_listen_fds(3)), close-on-exec; the caller owns
/// the descriptor. Nothing when none was passed. A sentence when more than one was, or one of another kind
/// than a listening Unix stream socket. To be called once, before other threads run: it takes the
/// variables out of the environment.
boost::system::result<std::optional<int>, std::string> passed_socket();

}  // namespace easydkim
