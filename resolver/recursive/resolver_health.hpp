// SPDX-License-Identifier: Apache-2.0
// Whether our own resolver works: when nothing at all is answered, the fault is ours and not the owners'.
//
// A few lookups in a row without an answer are a suspicion: they may all be one domain with dead name
// servers. Then one more question settles it, for a name in the target suffix's own zone, which always has an
// answer.
#pragma once

#include <cstdint>

namespace easydkim {

/// Not thread-safe. Told of every lookup; answers nobody gave count up, any answer clears.
class resolver_health {
 public:
  /// Lookups in a row without an answer before the resolver is suspected.
  static constexpr int silent_before_suspicion = 3;

  void answered() noexcept;  // some name got evidence: found, absent or wrong
  void silent() noexcept;    // a lookup ended in `no_answer`

  /// True once for each suspicion: the caller asks the control question now and reports by one of the next
  /// two.
  bool wants_control_question() noexcept;
  void control_answered() noexcept { answered(); }
  void control_silent() noexcept;

  /// There is no server to be asked: ill, until one answers.
  void has_nobody() noexcept { state_ = state::ill; }

  bool healthy() const noexcept { return state_ != state::ill; }
  std::uint64_t silent_total() const noexcept { return silent_total_; }

 private:
  enum class state : std::uint8_t {
    well,
    suspected,  // enough silence to ask the control question
    asking,     // the control question is under way
    ill,        // nothing is answered; polling slows until something is
  };
  state state_ = state::well;
  int in_a_row_ = 0;
  std::uint64_t silent_total_ = 0;
};

}  // namespace easydkim
