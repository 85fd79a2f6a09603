#include "daemon/control/check_turns.hpp"

#include <algorithm>

namespace easydkim {

std::optional<duration> check_turns::take(double per_second, steady_time now) {
  if (per_second <= 0) return duration{0};
  const duration slot{static_cast<duration::rep>(1000.0 / per_second)};
  const duration at_once = std::max(duration{1000} - slot, duration{0});
  const steady_time begin = std::max(free_at_, now);
  const duration wait = std::max(begin - now - at_once, duration{0});
  if (wait > longest_wait) return std::nullopt;
  free_at_ = begin + slot;
  return wait;
}

}  // namespace easydkim
