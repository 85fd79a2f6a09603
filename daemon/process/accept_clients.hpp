// SPDX-License-Identifier: Apache-2.0
// Accepts the clients of a listening socket, for as long as it is open.
#pragma once

#include <spdlog/spdlog.h>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <functional>
#include <string_view>
#include <utility>

namespace easydkim {

/// Clients that may wait to be accepted.
inline constexpr int accept_backlog = 1024;

/// Ends when `acceptor` is closed, which must outlive it. `section`: of the configuration, a constant, for
/// the log. `admit` takes each client.
template <class Acceptor>
boost::asio::awaitable<void> accept_clients(
    Acceptor& acceptor, std::string_view section,
    std::function<void(typename Acceptor::protocol_type::socket client)> admit) {
  /// After an accept that failed for want of file descriptors: no busy loop, and others may finish meanwhile.
  constexpr std::chrono::milliseconds pause_after_failure{200};
  boost::asio::steady_timer pause{acceptor.get_executor()};
  while (acceptor.is_open()) {
    boost::system::error_code failed;
    typename Acceptor::protocol_type::socket client =
        co_await acceptor.async_accept(boost::asio::redirect_error(boost::asio::use_awaitable, failed));
    if (!acceptor.is_open()) co_return;
    if (!failed) {
      admit(std::move(client));
      continue;
    }
    spdlog::warn("{}, could not accept a connection ({})", section, failed.message());
    pause.expires_after(pause_after_failure);
    co_await pause.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, failed));
  }
}

}  // namespace easydkim
