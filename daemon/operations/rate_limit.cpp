#include "daemon/operations/rate_limit.hpp"

#include <algorithm>

namespace easydkim {

bool rate_limit::admit(std::string_view account, time_point now) {
  if (per_second_ <= 0) return true;
  if (free_at_.size() > forget_above_) forget_rested(now);

  // Generic cell rate algorithm: each call takes a slot, and one second's worth of slots may be taken at
  // once.
  const duration slot{static_cast<duration::rep>(1000.0 / per_second_)};
  const duration allowance = std::max(duration{1000} - slot, duration{0});
  time_point& free_at = free_at_.try_emplace(std::string{account}, now).first->second;
  if (free_at > now + allowance + std::chrono::hours{1}) free_at = now;  // the clock was set back
  if (free_at > now + allowance) return false;
  free_at = std::max(free_at, now) + slot;
  return true;
}

void rate_limit::forget_rested(time_point now) {
  std::erase_if(free_at_, [&](const auto& each) { return each.second <= now; });
  forget_above_ = std::max<std::size_t>(1024, free_at_.size() * 2);
}

}  // namespace easydkim
