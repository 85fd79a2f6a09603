// SPDX-License-Identifier: Apache-2.0
// How strangers' name servers are treated: seldom, few questions at once, and not at all for a while when
// they do not answer or know nothing of the zone.
//
// Who waits goes before polls that nobody waits for; and people may ask sixteen seconds' worth of questions ahead
// of the rate, which all others then wait for. One of five questions is theirs all the same: so nobody has to give
// way to them, and they are never kept from an address for long. The rate of an address is kept in the long run.
//
// Everything is kept by address, so that a server that cannot be reached over IPv6 is still asked over IPv4.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "resolver/transport/bounded_cache.hpp"
#include "resolver/transport/server_address.hpp"
#include "resolver/transport/steady_time.hpp"
#include "resolver/transport/urgency.hpp"

namespace easydkim {

/// Pure: time comes in as an argument. Not thread-safe.
class server_courtesy {
 public:
  struct options {
    double queries_per_second = 5;  // of an address; 0: no limit
    std::size_t in_flight = 2;      // the same
    duration lame_for = std::chrono::minutes{15};
    duration longest_silence = std::chrono::minutes{30};  // silence rests for 5 s, 10 s, ... up to this
    std::size_t max_servers = 100'000;                    // remembered; the longest unused is forgotten first
  };

  /// Questions that may follow each other at once after a pause: those of a second, at most so many.
  static constexpr int most_burst = 10;
  int burst() const noexcept;

  /// Questions that people may ask beyond that, ahead of the rate: those of sixteen seconds, since a check with
  /// its diagnosis asks an only server some twenty, and some checks often follow each other.
  int ahead_of_rate() const noexcept { return 16 * burst(); }

  /// Of so many questions one is for those who are less urgent than people, however many of these wait.
  static constexpr int one_in = 5;

  /// Silences in a row after which an address rests. One alone may be a lost packet.
  static constexpr int silences_before_rest = 2;
  static constexpr duration first_rest = std::chrono::seconds{5};

  /// Times are promised no further ahead: those who come later share them.
  static constexpr duration longest_promise = std::chrono::minutes{5};

  explicit server_courtesy(options chosen);

  /// Nothing when `server` may be asked about `zone` now, or when to look again.
  std::optional<steady_time> may_ask(const server_address& server, std::string_view zone, steady_time now,
                                     urgency how = urgency::poll);

  /// When to come again, for one who finds `server` busy until `earliest`: each gets another time, so that
  /// not all of them come at once, and all but one in vain.
  steady_time promise(const server_address& server, steady_time earliest);

  /// Somebody wants to wait for `server` for as long as `longest`. False when so many wait already that it
  /// would be in vain; true until `has_waited`.
  bool may_wait(const server_address& server, duration longest, urgency how = urgency::poll);
  void has_waited(const server_address& server, urgency how = urgency::poll);

  /// True when it is left alone because it was silent or lame, and not just busy.
  bool rests(const server_address& server, std::string_view zone, steady_time now);

  /// It did not answer a question that ended at `since` or later, and none since.
  bool was_silent_since(const server_address& server, steady_time since);

  /// A question goes out, and ends with one of the three that follow.
  void asked(const server_address& server, steady_time now, urgency how = urgency::poll);
  void answered(const server_address& server);
  void silent(const server_address& server, steady_time now);
  void not_sent(const server_address& server);  // for want of memory

  /// It answered, but does not serve `zone`.
  void lame(const server_address& server, std::string_view zone, steady_time now);

  /// Somebody else answered in the place of servers: what was lame is not known to be so.
  void forget_lame();

  /// Addresses and lame pairs that are remembered.
  std::size_t size() const noexcept { return servers_.size() + lame_.size(); }

 private:
  struct treatment {
    steady_time rests_until{};
    steady_time silent_at{};  // the last time
    steady_time paid_until{};  // when the questions so far would be over at the allowed rate
    steady_time promised_until{};
    steady_time turn_of_others{};  // when those who are no people may ask, whatever these have asked
    std::uint16_t in_flight = 0;
    std::array<std::uint16_t, urgencies> waiting{};
    std::uint8_t silences = 0;  // in a row
  };
  static bool goes_after_others(const treatment& of, urgency how, steady_time now) noexcept;
  steady_time allowed_from(const treatment& of, urgency how) const noexcept;

  duration interval() const noexcept;
  std::optional<steady_time> rest_of(const server_address& server, std::string_view zone, steady_time now);

  options options_;
  bounded_cache<treatment> servers_;
  bounded_cache<steady_time> lame_;  // by address and zone: until when
};

}  // namespace easydkim
