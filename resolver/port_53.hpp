// Whether strangers' name servers can be reached at all: many networks let nothing out to port 53.
//
// One zone whose servers are dead is not a closed port. But when none of anyone answers, it is of no use to
// wait for them, and the resolver is asked instead (poller). Before that is believed, servers of the root are
// asked (root_canary): they are always there.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "resolver/server_address.hpp"
#include "resolver/steady_time.hpp"

namespace easydkim {

/// Pure: time comes in as an argument. Not thread-safe.
class port_53 {
 public:
  enum class state : std::uint8_t {
    unknown,  // nobody has answered, and nobody was found silent
    open,     // somebody has answered
    blocked,  // nobody answers, and the root does not either
  };

  /// A port that was open is suspected after so many silent polls in a row, of so many addresses; one that
  /// never was, after the first.
  static constexpr int silent_polls = 10;
  static constexpr std::size_t silent_addresses = 3;

  /// While blocked, one poll in this time tries again.
  static constexpr duration try_again_after = std::chrono::minutes{10};

  /// The root is asked no more often than this.
  static constexpr duration between_canaries = std::chrono::minutes{1};

  /// A server of somebody answered, whatever it said.
  void answered() noexcept;

  /// A server was asked, and did not answer.
  void silent(const server_address& server);

  /// A poll ended, and no server of its zone had answered. To be told only while the resolver answers: when
  /// it does not either, the network is down, and not the port closed. True when the root is to be asked now,
  /// which ends with the next call.
  bool poll_was_silent(steady_time now) noexcept;

  /// What became of asking the root.
  enum class canary : std::uint8_t {
    answered,  // whatever it said
    silent,    // no answer came
    unknown,   // it could not be asked
  };
  void canary_ended(canary what, steady_time now) noexcept;

  /// Whether a poll is to ask authoritative servers. True once in `try_again_after` while blocked.
  bool may_try(steady_time now) noexcept;

  state now() const noexcept { return state_; }

 private:
  state state_ = state::unknown;
  int polls_ = 0;                       // silent ones since the last answer
  std::vector<server_address> silent_;  // different ones since the last answer, at most `silent_addresses`
  steady_time next_try_{};
  steady_time next_canary_{};
};

/// "unknown", "open", "blocked": the words of the status file.
std::string_view to_string(port_53::state of) noexcept;

}  // namespace easydkim
