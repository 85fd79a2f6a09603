#include "resolver/pace.hpp"

#include <algorithm>

namespace easydkim {
namespace {

/// What may start at once, in seconds of the rate: a little over one tick of the event loop.
constexpr double burst_seconds = 0.1;

/// Permits come in grains of so much time: lookups that start together share the system calls.
constexpr duration grain{5};

}  // namespace

pace::pace(double per_second, time_point now) noexcept
    : per_second_{per_second}, permits_{burst()}, filled_at_{now} {}

double pace::burst() const noexcept {
  return std::max(1.0, per_second_ * burst_seconds);
}

void pace::refill(time_point now) noexcept {
  if (now < filled_at_) filled_at_ = now;
  const duration elapsed = now - filled_at_;
  const double permits = permits_ + static_cast<double>(elapsed.count()) / 1000.0 * per_second_;
  if (elapsed < grain || permits < 1.0) return;
  permits_ = std::min(burst(), permits);
  filled_at_ = now;
}

bool pace::take(time_point now) noexcept {
  if (per_second_ <= 0) return true;
  refill(now);
  if (permits_ < 1.0) return false;
  permits_ -= 1.0;
  return true;
}

void pace::charge() noexcept {
  if (per_second_ > 0) permits_ -= 1.0;
}

time_point pace::next_permit(time_point now) const noexcept {
  if (per_second_ <= 0 || permits_ >= 1.0) return now;
  const duration missing{static_cast<duration::rep>((1.0 - permits_) / per_second_ * 1000.0) + 1};
  return std::max(now, filled_at_ + std::max(missing, grain));
}

void pace::set_rate(double per_second, time_point now) noexcept {
  per_second_ = per_second;
  permits_ = std::min(permits_, burst());
  filled_at_ = now;
}

}  // namespace easydkim
