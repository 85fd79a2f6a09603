// SPDX-License-Identifier: Apache-2.0
// How much the daemon says, as log.level names it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace easydkim {

enum class log_level : std::uint8_t {
  trace,    // every packet
  debug,    // every lookup
  info,     // what settles, starts and stops
  warning,  // what an operator should look at
  error,    // what does not work
};

/// "trace", "debug", "info", "warning", "error".
std::string_view to_string(log_level level) noexcept;
std::optional<log_level> log_level_from_string(std::string_view word) noexcept;

}  // namespace easydkim
