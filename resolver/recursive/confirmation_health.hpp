// SPDX-License-Identifier: Apache-2.0
// Whether those who are to confirm a record can be asked: a firewall that drops TCP port 53 would let nobody
// be verified.
//
// Confirmations in a row without any reply over TCP are a suspicion, and so is the start. Then each server is
// tried: over TCP, and where that stays silent over UDP. While too few answer over TCP, they are tried again
// and again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "resolver/transport/server_address.hpp"
#include "resolver/transport/steady_time.hpp"

namespace easydkim {

/// Pure: time comes in as an argument. Not thread-safe.
class confirmation_health {
 public:
  /// Confirmations in a row without any reply before the servers are tried.
  static constexpr int silent_before_suspicion = 3;

  /// While too few answer they are tried again after this.
  static constexpr duration between_trials = std::chrono::seconds{5};

  /// A confirmation ended, with a reply of some server over TCP or without any.
  void answered() noexcept { silent_ = 0; }
  void silent() noexcept { ++silent_; }

  /// Other servers are to confirm now: they are tried, as at the start.
  void servers_changed() noexcept { is_suspected_ = true; }

  /// True when the servers are to be tried now; `tried` follows.
  bool wants_trial(steady_time now) noexcept;

  struct trial {
    server_address server;
    bool answered_tcp = false;
    bool answered_udp = false;  // asked only where TCP was silent
  };
  /// `quorum`: so many must answer over TCP.
  void tried(std::span<const trial> all, std::size_t quorum, steady_time now);

  /// The servers that answer over UDP only, and those that answer nothing, where too few answer over TCP:
  /// "192.0.2.1:53 and 192.0.2.2:53". Nothing where enough do.
  const std::optional<std::string>& without_tcp() const noexcept { return without_tcp_; }
  const std::optional<std::string>& dead() const noexcept { return dead_; }

 private:
  int silent_ = 0;
  bool is_suspected_ = true;
  bool is_trying_ = false;
  steady_time next_trial_{};
  std::optional<std::string> without_tcp_, dead_;
};

}  // namespace easydkim
