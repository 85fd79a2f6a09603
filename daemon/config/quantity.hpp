// SPDX-License-Identifier: Apache-2.0
// Durations and sizes as the configuration writes them: one whole number and one unit.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/time_point.hpp"

namespace easydkim {

/// "200ms", "15s", "10m", "72h" or "1d"; nothing for any other text, or when it does not fit.
std::optional<duration> duration_from_string(std::string_view text) noexcept;

/// The same with the largest of ms, s, m and h that divides it: "72h", not "3d" or "4320m".
/// Precondition: not negative.
std::string to_string(duration span);

/// "512B", "4KiB", "512MiB", "16GiB" or "1TiB" in octets; nothing for any other text, or when it does not
/// fit.
std::optional<std::uint64_t> size_from_string(std::string_view text) noexcept;

/// The same with the largest unit that divides it: "16GiB".
std::string size_to_string(std::uint64_t octets);

}  // namespace easydkim
