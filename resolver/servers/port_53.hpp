// SPDX-License-Identifier: Apache-2.0
// Whether strangers' name servers can be reached at all: many networks let nothing out to port 53.
//
// One zone whose servers are dead is not a closed port. But when none of anyone answers, it is of no use to
// wait for them, and the resolver is asked instead (poller). Before that is believed, servers of the root are
// asked (root_canary): they are always there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "resolver/transport/server_address.hpp"
#include "resolver/transport/steady_time.hpp"

namespace easydkim {

/// Pure: time comes in as an argument. Not thread-safe.
class port_53 {
 public:
  enum class state : std::uint8_t {
    unknown,   // nobody has answered, and nobody was found silent
    open,      // somebody has answered
    blocked,   // nobody answers, and the root does not either
    diverted,  // somebody else answers in the place of everybody, and of the root
  };

  /// A port that was open is suspected after so many silent polls in a row, of so many addresses; one that
  /// never was, after the first.
  static constexpr int silent_polls = 10;
  static constexpr std::size_t silent_addresses = 3;

  /// Somebody else may answer in the place of name servers when those of so many zones, at so many addresses,
  /// answered without authority, as resolvers do, and none did with it meanwhile.
  static constexpr std::size_t foreign_zones = 2;
  static constexpr std::size_t foreign_addresses = 2;

  /// While blocked or diverted, one poll in this time tries again.
  static constexpr duration try_again_after = std::chrono::minutes{10};

  /// The root is asked no more often than this.
  static constexpr duration between_canaries = std::chrono::minutes{1};

  /// A server of somebody answered, in no way that tells who it was.
  void answered() noexcept;

  /// A server answered that is no resolver: with authority, or by a referral.
  void answered_itself() noexcept;

  /// What was asked of a server of `zone` was answered as a resolver answers: without authority, and offering
  /// recursion (RA=1) or refusing.
  void answered_by_another(const server_address& server, std::string_view zone);

  /// Whether the root is to be asked now because somebody else may be answering; `canary_ended` follows.
  bool may_be_diverted(steady_time now) noexcept;

  /// A server was asked, and did not answer.
  void silent(const server_address& server);

  /// A poll ended, and no server of its zone had answered. To be told only while the resolver answers: when
  /// it does not either, the network is down, and not the port closed. True when the root is to be asked now,
  /// which ends with the next call.
  bool poll_was_silent(steady_time now) noexcept;

  /// What became of asking the root.
  enum class canary : std::uint8_t {
    answered,           // with authority
    without_authority,  // by whom the port leads to
    silent,             // no answer came
    unknown,            // it could not be asked, or too few of its servers answered
  };
  void canary_ended(canary what, steady_time now) noexcept;

  /// Whether a poll is to ask authoritative servers. True once in `try_again_after` while they are not
  /// reached.
  bool may_try(steady_time now) noexcept;

  state now() const noexcept { return state_; }

  /// Nobody but the resolver can be asked.
  bool leads_nowhere() const noexcept { return state_ == state::blocked || state_ == state::diverted; }

 private:
  state state_ = state::unknown;
  int polls_ = 0;                       // silent ones since the last answer
  std::vector<server_address> silent_;  // different ones since the last answer, at most `silent_addresses`
  struct foreign_answer {
    server_address server;
    std::string zone;
  };
  bool is_foreign_enough() const;

  std::vector<foreign_answer> foreign_;  // since a server last answered itself, at most `most_foreign`
  steady_time next_try_{};
  steady_time next_canary_{};
};

/// "unknown", "open", "blocked", "diverted": the words of the status file.
std::string_view to_string(port_53::state of) noexcept;

}  // namespace easydkim
