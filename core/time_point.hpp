// SPDX-License-Identifier: Apache-2.0
// Points in time and durations as core uses them. Core never reads a clock: every time comes in as an
// argument.
#pragma once

#include <chrono>
#include <cstddef>
#include <span>
#include <string>

namespace easydkim {

/// Time since 1970 (UTC, no leap seconds), to the millisecond.
using time_point = std::chrono::sys_time<std::chrono::milliseconds>;

/// A span of time, to the millisecond; may be negative.
using duration = std::chrono::milliseconds;

/// The wall clock was set: one moment by the clock as it was and as it is.
struct clock_step {
  time_point from;
  time_point to;
};

/// "2026-11-23T07:51:11Z": RFC 3339 in UTC, whole seconds, rounded down. Thread-safe.
std::string to_rfc3339(time_point when);

/// The same without allocating, and with a zero octet behind it: how many octets of `to`, which has
/// `longest_rfc3339`.
std::size_t to_rfc3339(time_point when, std::span<char> to) noexcept;
inline constexpr std::size_t longest_rfc3339 = 48;

/// "40 seconds", "5 minutes", "3 hours", "2 days": for sentences that a person reads. Thread-safe.
std::string to_words(duration span);

}  // namespace easydkim
