// Whether strangers' name servers can be reached at all: many networks let nothing out to port 53.
//
// One zone whose servers are dead is not a closed port. But when none of anyone answers, it is of no use to
// wait for them, and the resolver is asked instead (poller).
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
    blocked,  // nobody answers
  };

  /// A port that was open is blocked after so many silent polls in a row, of so many addresses.
  static constexpr int silent_polls = 10;
  static constexpr std::size_t silent_addresses = 3;

  /// While blocked, one poll in this time tries again.
  static constexpr duration try_again_after = std::chrono::minutes{10};

  /// A server of somebody answered, whatever it said.
  void answered() noexcept;

  /// A server was asked, and did not answer.
  void silent(const server_address& server);

  /// A poll ended, and no server of its zone had answered. To be told only while the resolver answers: when
  /// it does not either, the network is down, and not the port closed.
  void poll_was_silent(steady_time now) noexcept;

  /// Whether a poll is to ask authoritative servers. True once in `try_again_after` while blocked.
  bool may_try(steady_time now) noexcept;

  state now() const noexcept { return state_; }

 private:
  state state_ = state::unknown;
  int polls_ = 0;                       // silent ones since the last answer
  std::vector<server_address> silent_;  // different ones since the last answer, at most `silent_addresses`
  steady_time next_try_{};
};

/// "unknown", "open", "blocked": the words of the status file.
std::string_view to_string(port_53::state of) noexcept;

}  // namespace easydkim
