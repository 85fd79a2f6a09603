// SPDX-License-Identifier: Apache-2.0
#include "tests/worlds/simulated_time.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <memory>
#include <stdexcept>
#include <utility>

namespace easydkim::worlds {

namespace asio = boost::asio;

asio::awaitable<void> simulated_time::pause(duration span) {
  const auto begin_pause = [this, span](auto handler) {
    const auto resume = std::make_shared<decltype(handler)>(std::move(handler));
    all_.push({now_ + std::max(span, duration{0}), ++pauses_,
               [this, resume] { asio::post(io_, [resume] { std::move (*resume)(); }); }});
  };
  co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(begin_pause, asio::use_awaitable);
}

void simulated_time::run(std::function<asio::awaitable<void>()> life) {
  bool over = false;
  std::exception_ptr failed;
  asio::co_spawn(io_, std::move(life), [&](std::exception_ptr thrown) {
    over = true;
    failed = thrown;
  });
  while (!over) {
    io_.restart();
    if (io_.poll() > 0) continue;
    if (all_.empty()) throw std::runtime_error{"somebody waits for what never comes"};
    const waiting next = all_.top();
    all_.pop();
    now_ = std::max(now_, next.until);
    next.go_on();
  }
  if (failed) std::rethrow_exception(failed);
}

}  // namespace easydkim::worlds
