// SPDX-License-Identifier: Apache-2.0
#include "daemon/process/clock.hpp"

#include <ctime>

namespace easydkim {
namespace {

duration read(clockid_t which) {
  timespec time{};
  ::clock_gettime(which, &time);
  return std::chrono::duration_cast<duration>(std::chrono::seconds{time.tv_sec} +
                                              std::chrono::nanoseconds{time.tv_nsec});
}

time_point wall() {
  return time_point{read(CLOCK_REALTIME)};
}

}  // namespace

clock::clock() : wall_at_anchor_{wall()}, boottime_at_anchor_{read(CLOCK_BOOTTIME)} {}

time_point clock::now() const {
  return wall_at_anchor_ + (read(CLOCK_BOOTTIME) - boottime_at_anchor_);
}

duration clock::follow_wall_clock() {
  // Each clock is read once: a step between two readings would be followed, but not told.
  const time_point wall_now = wall();
  const duration boottime_now = read(CLOCK_BOOTTIME);
  const duration difference = wall_now - (wall_at_anchor_ + (boottime_now - boottime_at_anchor_));
  wall_at_anchor_ = wall_now;
  boottime_at_anchor_ = boottime_now;
  return std::chrono::abs(difference) >= smallest_step ? difference : duration{0};
}

}  // namespace easydkim
