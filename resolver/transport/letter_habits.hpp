// SPDX-License-Identifier: Apache-2.0
// Which name servers want their questions in small letters: some drop a name in mixed case, or change it.
//
// Small letters take from a question what a forger must guess (dns_question), so a server gets them first
// only after it has answered nothing else several times in a row, and for an hour.
#pragma once

#include <cstdint>

#include "resolver/transport/bounded_cache.hpp"
#include "resolver/transport/server_address.hpp"
#include "resolver/transport/steady_time.hpp"

namespace easydkim {

/// Pure: time comes in as an argument. Not thread-safe.
class letter_habits {
 public:
  static constexpr duration remembered_for = std::chrono::hours{1};
  static constexpr std::uint8_t times_in_a_row = 2;  // one alone may be a lost packet
  static constexpr std::size_t most_servers = 10'000;

  /// Whether `server` is to be asked in small letters first.
  bool wants_small(const server_address& server, steady_time now) {
    const habit* known = habits_.find(server.to_string());
    return known != nullptr && known->times >= times_in_a_row && known->until > now;
  }

  /// It answered in small letters, and was silent in mixed ones.
  void answered_small_only(const server_address& server, steady_time now) {
    habit& known = habits_.at(server.to_string());
    if (known.times < times_in_a_row) ++known.times;
    known.until = now + remembered_for;
  }

  /// Whether there is no use in asking it over TCP.
  bool has_no_tcp(const server_address& server, steady_time now) {
    const habit* known = habits_.find(server.to_string());
    return known != nullptr && known->without_tcp_until > now;
  }
  void had_no_tcp(const server_address& server, steady_time now) {
    habits_.at(server.to_string()).without_tcp_until = now + remembered_for;
  }

  /// It answered in mixed letters, or not in small ones either.
  void forget(const server_address& server) { habits_.erase(server.to_string()); }

 private:
  struct habit {
    std::uint8_t times = 0;
    steady_time until{};
    steady_time without_tcp_until{};
  };
  bounded_cache<habit> habits_{most_servers};
};

}  // namespace easydkim
