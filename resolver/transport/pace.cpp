// SPDX-License-Identifier: Apache-2.0
#include "resolver/transport/pace.hpp"

#include <algorithm>

namespace easydkim {
namespace {

/// What may start at once, in seconds of the rate: a little over one tick of the event loop.
constexpr double burst_seconds = 0.1;

/// Permits come in grains of so much time: lookups that start together share the system calls.
constexpr duration grain{5};

}  // namespace

pace::bucket::bucket(double rate, time_point now) noexcept
    : per_second{rate}, permits{burst()}, filled_at{now} {}

double pace::bucket::burst() const noexcept {
  return std::max(1.0, per_second * burst_seconds);
}

void pace::bucket::refill(time_point now) noexcept {
  if (now < filled_at) filled_at = now;
  const duration elapsed = now - filled_at;
  const double filled = permits + static_cast<double>(elapsed.count()) / 1000.0 * per_second;
  if (elapsed < grain || filled < 1.0) return;
  permits = std::min(burst(), filled);
  filled_at = now;
}

time_point pace::bucket::next(time_point now) const noexcept {
  if (permits >= 1.0) return now;
  const duration missing{static_cast<duration::rep>((1.0 - permits) / per_second * 1000.0) + 1};
  return std::max(now, filled_at + std::max(missing, grain));
}

pace::pace(double per_second, time_point now) noexcept
    : all_{per_second, now}, people_{per_second * share_of_people, now} {}

bool pace::take(taker who, time_point now) noexcept {
  if (all_.per_second <= 0) return true;
  all_.refill(now);
  people_.refill(now);
  const bool of_a_person = who == taker::person;
  if (all_.permits < 1.0 || (of_a_person && people_.permits < 1.0)) return false;
  all_.permits -= 1.0;
  if (of_a_person) people_.permits -= 1.0;
  return true;
}

void pace::charge() noexcept {
  if (all_.per_second > 0) all_.permits = std::max(all_.permits - 1.0, -all_.per_second * most_debt_seconds);
}

time_point pace::next_permit(taker who, time_point now) const noexcept {
  if (all_.per_second <= 0) return now;
  const time_point of_all = all_.next(now);
  return who == taker::poll ? of_all : std::max(of_all, people_.next(now));
}

void pace::set_rate(double per_second, time_point now) noexcept {
  const auto changed = [now](bucket& of, double rate) {
    of.per_second = rate;
    of.permits = std::clamp(of.permits, 0.0, of.burst());
    of.filled_at = now;
  };
  changed(all_, per_second);
  changed(people_, per_second * share_of_people);
}

}  // namespace easydkim
