// SPDX-License-Identifier: Apache-2.0
// The parts of a running daemon as daemon/service puts them together, without its clients, in simulated time.
#pragma once

#include <boost/asio/io_context.hpp>
#include <exception>
#include <mutex>
#include <random>

#include "daemon/daemon_parts.hpp"
#include "tests/soak/era.hpp"
#include "tests/support/scripted_dns_server.hpp"

namespace easydkim::soak {

/// Single-threaded but for its store and its DNS server.
class running_daemon {
 public:
  running_daemon(const era_order& order, const world& truth, std::function<void(const tiding&)> tell);

  /// Everything written, as service::finish.
  void finish();

  void set_time(time_point now);
  time_point now() const noexcept { return now_; }

  /// Lets the poller look at what is due, and runs until nothing is under way. `waiting`: what else is.
  /// False when it does not end. What comes of it does not depend on what the machine does meanwhile: first
  /// all looks are done, then what they want to change is written in one group, and so on.
  bool settle_down(const std::function<bool()>& waiting = {});

  /// Does what is asked for in `ask`; all changes share one group, which is on the disk then.
  void gather(const std::function<void()>& ask);

  operations& run() noexcept { return parts_.operations; }
  const identity_store& store() const noexcept { return parts_.store; }
  boost::asio::io_context& io() noexcept { return io_; }
  poller_figures report() const { return parts_.polling.report(); }
  std::size_t identities() const noexcept { return parts_.counts.all(); }

  /// The owner learns the tokens.
  void owner_is_told(const identity& subject);

  /// Writes behind everybody's back.
  void tamper(const std::function<void(write_group&)>& change);

 private:
  void finish_looks(std::chrono::steady_clock::time_point deadline);
  daemon_parts::dependencies surroundings();
  void settle(identity_id id, const check& done, const observation& seen,
              std::function<void(std::optional<identity>)> written);
  void look_at_zone(look_order order, std::function<void(zone_look)> answered);
  std::vector<tests::dns_action> answer_query(const tests::dns_query& query);
  void fill(std::span<std::uint8_t> octets, std::mt19937_64& from);

  era_order order_;
  std::function<void(const tiding&)> tell_;
  mutable std::mutex world_mutex_;  // the DNS server asks on its own thread
  world world_;
  time_point now_;
  std::mt19937_64 tokens_, labels_;  // apart, so that no lookup changes a token

  boost::asio::io_context io_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> works_{io_.get_executor()};
  tests::scripted_dns_server dns_;
  std::exception_ptr broken_;
  daemon_parts parts_;
  std::size_t looks_ = 0, settlements_ = 0;  // under way
};

}  // namespace easydkim::soak
