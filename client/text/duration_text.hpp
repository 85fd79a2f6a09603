// SPDX-License-Identifier: Apache-2.0
// Reads durations and times as people and programs write them.
#pragma once

#include <optional>
#include <string_view>

#include "core/time_point.hpp"

namespace easydkim {

/// What `parse_duration` takes, for messages.
inline constexpr std::string_view duration_form =
    R"(use a number and a unit, such as 200ms, 15s, 10m or 72h)";

/// "200ms", "15s", "10m", "72h" or "1d", as in the configuration; nothing for others, also without a unit.
std::optional<duration> parse_duration(std::string_view text) noexcept;

/// "2026-11-23T07:51:11Z", or with up to nine decimals of a second: RFC 3339 in UTC. Nothing for others.
std::optional<time_point> parse_rfc3339(std::string_view text) noexcept;

}  // namespace easydkim
