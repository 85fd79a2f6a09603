// SPDX-License-Identifier: Apache-2.0
// Time that passes only when nobody has anything to do.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <queue>
#include <vector>

#include "resolver/transport/steady_time.hpp"

namespace easydkim::worlds {

/// On one thread. What waits when it ends is dropped with its io_context.
class simulated_time {
 public:
  duration now() const noexcept { return now_; }  // since the begin of the life
  time_point wall() const noexcept { return begin + now_; }
  steady_time steady() const noexcept { return steady_time{std::chrono::hours{1} + now_}; }

  boost::asio::awaitable<void> pause(duration span);

  /// Runs `life` to its end. Throws what it throws, and std::runtime_error when it waits for what never
  /// comes.
  void run(std::function<boost::asio::awaitable<void>()> life);

  static constexpr time_point begin = std::chrono::sys_days{std::chrono::year{2026} / 11 / 30};

 private:
  struct waiting {
    duration until;
    std::uint64_t number;
    std::function<void()> go_on;
    bool operator<(const waiting& other) const {
      return until != other.until ? until > other.until : number > other.number;
    }
  };
  boost::asio::io_context io_{1};
  duration now_{0};
  std::uint64_t pauses_ = 0;
  std::priority_queue<waiting> all_;
};

}  // namespace easydkim::worlds
