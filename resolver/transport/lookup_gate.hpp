// SPDX-License-Identifier: Apache-2.0
// Lets lookups start as the pace allows, those that people wait for before those of polls.
//
// Problem: what one check asks is decided in many places (its records, their zone, addresses of servers, a
// diagnosis), and every question counts. Choice: whoever looks for a domain names it here, and a question is
// weighed by the name that it is about. Cost: a question about something else, such as the address of a
// server elsewhere, counts as one of a poll.
#pragma once

#include <array>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "resolver/transport/awaited_domains.hpp"
#include "resolver/transport/pace.hpp"

namespace easydkim {

/// On the thread of its io_context, which must outlive it.
class lookup_gate {
 public:
  /// `per_second`: lookups a second, 0: no limit. `now`: the wall clock.
  lookup_gate(boost::asio::io_context& io, double per_second, std::function<time_point()> now);
  lookup_gate(const lookup_gate&) = delete;
  lookup_gate& operator=(const lookup_gate&) = delete;

  /// Somebody looks for `domain`, until the interest ends; its tokens are looked for elsewhere, too.
  awaited_domains::interest looks_for(std::string domain, urgency how, std::vector<std::string> tokens = {}) {
    return {domains_, std::move(domain), how, std::move(tokens)};
  }
  urgency urgency_of(std::string_view name) const { return domains_.of(name); }

  /// Takes a permit for the first lookup of a check; false when none is left now, or others come first.
  bool take(pace::taker who);

  /// When `take` is to be tried again for a poll.
  time_point next_poll() const;

  /// A permit that was taken is for a question that comes through `pass` later.
  void prepay(pace::taker who) noexcept;

  /// Calls `start`, at once or when a further lookup of a check may start. Polls do not wait here: their
  /// next check does.
  void enter(pace::taker who, std::function<void()> start);

  /// The same for a question about `name`; tells whose permit it took. One that is not asked after all gives
  /// it back by `prepay`.
  boost::asio::awaitable<pace::taker> pass(std::string_view name);

  /// Lookups that people wait for and that may not start yet.
  std::size_t waiting() const noexcept { return waiting_.size(); }

 private:
  bool is_free(pace::taker who);
  void let_in();
  void arm_timer();

  std::function<time_point()> now_;
  pace pace_;
  awaited_domains domains_;
  std::array<std::size_t, 2> prepaid_{};
  std::deque<std::function<void()>> waiting_;  // of people
  bool timer_armed_ = false;
  boost::asio::steady_timer timer_;
};

}  // namespace easydkim
