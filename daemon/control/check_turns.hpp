// Turns of the checks that one connection asks for: so many a second, those of a second at once.
#pragma once

#include <optional>

#include "resolver/transport/steady_time.hpp"

namespace easydkim {

/// Time comes in as an argument. Not thread-safe.
class check_turns {
 public:
  /// A check waits no longer for its turn.
  static constexpr duration longest_wait{2000};

  /// Counts a check: how long it is to wait, or nothing when its turn is further away; then it does not
  /// count. `per_second`: 0 for no limit.
  std::optional<duration> take(double per_second, steady_time now);

 private:
  steady_time free_at_{};  // when those so far would be over at the rate
};

}  // namespace easydkim
