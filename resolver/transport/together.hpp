// SPDX-License-Identifier: Apache-2.0
// Several coroutines at once, awaited as one.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstddef>
#include <exception>
#include <memory>
#include <utility>
#include <vector>

namespace easydkim {

/// Something that coroutines of one thread wait for: never expires, is cancelled when it has come.
inline boost::asio::steady_timer awaited_event(const boost::asio::any_io_executor& executor) {
  return boost::asio::steady_timer{executor, boost::asio::steady_timer::time_point::max()};
}

/// Ends when `event` is cancelled. Precondition: it has not been yet.
inline boost::asio::awaitable<void> until(boost::asio::steady_timer& event) {
  boost::system::error_code cancelled;
  co_await event.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, cancelled));
}

/// Runs all of `work`, and ends when the last has. The first exception is thrown on then.
inline boost::asio::awaitable<void> together(std::vector<boost::asio::awaitable<void>> work) {
  struct progress {
    boost::asio::steady_timer all_done;
    std::size_t left;
    std::exception_ptr failed{};
  };
  const auto executor = co_await boost::asio::this_coro::executor;
  const auto state = std::make_shared<progress>(progress{awaited_event(executor), work.size()});
  for (boost::asio::awaitable<void>& each : work)
    boost::asio::co_spawn(executor, std::move(each), [state](std::exception_ptr failed) {
      if (failed && !state->failed) state->failed = failed;
      if (--state->left == 0) state->all_done.cancel();
    });
  if (state->left > 0) co_await until(state->all_done);
  if (state->failed) std::rethrow_exception(state->failed);
}

}  // namespace easydkim
