// SPDX-License-Identifier: Apache-2.0
// Watches whether our own resolver works: counts what it leaves unanswered, asks it a question that always
// has an answer when there is a reason, and every second while it gives none.
#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "resolver/recursive/lookup.hpp"
#include "resolver/recursive/resolver_health.hpp"
#include "resolver/transport/steady_time.hpp"

namespace easydkim {

/// Runs on the thread of its io_context, which must outlive it.
class resolver_watch {
 public:
  /// Between two questions, while the resolver is suspected or ill: each of them is new, so that none waits
  /// for a time-out that began during the outage.
  static constexpr std::chrono::milliseconds between_questions{1000};

  /// `random`: fills a span from a cryptographic generator. `changed`: called after it fell ill or got well.
  resolver_watch(boost::asio::io_context& io, resolver_options dns,
                 std::function<void(std::span<std::uint8_t>)> random, std::function<void()> changed);
  resolver_watch(const resolver_watch&) = delete;
  resolver_watch& operator=(const resolver_watch&) = delete;

  /// The resolver was asked for something. Not to be called inside a callback of c-ares.
  void was_asked(bool answered);

  /// There is no server to be asked: ill, until one answers.
  void has_nobody();

  bool healthy() const noexcept { return health_.healthy(); }
  std::uint64_t silent_total() const noexcept { return health_.silent_total(); }

  /// SIGHUP: further questions go to these.
  void set_servers(std::vector<server_address> servers) { resolver_.set_servers(std::move(servers)); }

  /// Asks nothing any more.
  void stop();

 private:
  /// A question under way, or a place for one.
  struct place {
    lookup question{};
    std::string label{};
    bool is_taken = false;
    bool is_over = false;
  };
  static constexpr std::size_t most_under_way = 8;

  void ask();
  void take_answers();
  void arm_timer();

  std::function<void(std::span<std::uint8_t>)> random_;
  std::function<void()> changed_;
  std::string zone_;     // that always has an answer: of the target suffix
  int silences_needed_;  // of health questions, before the resolver counts as ill
  int silences_ = 0;     // in a row
  resolver_health health_;
  bool is_asking_ = false;  // suspected or ill
  steady_time next_at_{};
  bool timer_armed_ = false;
  bool stopped_ = false;
  boost::asio::steady_timer timer_;
  std::array<place, most_under_way> places_{};
  resolver resolver_;  // destroyed first: its callbacks point into the places
};

}  // namespace easydkim
