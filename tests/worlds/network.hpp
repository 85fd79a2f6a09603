// SPDX-License-Identifier: Apache-2.0
// The world as those who ask it see it: one question to one address, by coroutines, in simulated time.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "core/finding.hpp"
#include "resolver/transport/server_exchange.hpp"
#include "resolver/wire/dns_answer.hpp"
#include "tests/worlds/simulated_time.hpp"
#include "tests/worlds/world.hpp"

namespace easydkim::worlds {

/// What `server_exchange` and the poller's resolver do, without their sockets: over TCP what comes back
/// truncated or in other letters, silence after the time-out. An answer takes no time.
class network {
 public:
  static constexpr duration time_out = std::chrono::seconds{2};
  static const server_address resolver_address;

  network(world& of, simulated_time& time) : world_{of}, time_{time}, random_{of.seed ^ 0x5bd1e995U} {}

  /// Questions and answers are written down from now on.
  void write_into(std::vector<std::string>* lines) { lines_ = lines; }

  boost::asio::awaitable<server_reply> ask(server_question what);

  /// A lookup by the resolver, as a confirmation makes it.
  finding look_up(std::string_view label, const expectation& expected);

  /// While it lives, questions about another domain are asked: that one may name the world's own servers.
  class unwatched_witness {
   public:
    explicit unwatched_witness(network& of) : of_{of} { ++of_.unwatched_; }
    unwatched_witness(const unwatched_witness&) = delete;
    unwatched_witness& operator=(const unwatched_witness&) = delete;
    ~unwatched_witness() { --of_.unwatched_; }

   private:
    network& of_;
  };

  void random(std::span<std::uint8_t> portion);
  std::uint64_t questions() const noexcept { return questions_; }

  /// The first question by which we led our own witness (T8): NS or an address of the domain or below it.
  const std::optional<std::string>& leading_question() const noexcept { return leading_; }

 private:
  boost::asio::awaitable<server_reply> ask_once(const server_question& what);
  void write(const server_question& what, const server_reply& result);

  world& world_;
  simulated_time& time_;
  std::mt19937_64 random_;
  std::uint64_t questions_ = 0;
  std::optional<std::string> leading_;
  unsigned unwatched_ = 0;
  std::vector<std::string>* lines_ = nullptr;
};

/// "[  12:34:56] ".
std::string stamp(duration at);

}  // namespace easydkim::worlds
