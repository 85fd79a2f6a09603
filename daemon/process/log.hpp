// SPDX-License-Identifier: Apache-2.0
// The log: spdlog's default logger, one line an event, to stderr.
//
// Under systemd a line is `<6>text` (sd-daemon(3)), for the journal knows the time; anywhere else it is
// `2026-11-23T07:51:11.123Z info text`. A reader of stderr that is stuck, or a full disk behind it, must not
// stop the daemon: lines that cannot be written at once are dropped and counted.
//
// A line reads `subsystem, what 'object' (reason)`, in lower case; foreign text goes through `excerpt()`.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/time_point.hpp"
#include "daemon/process/log_level.hpp"

namespace easydkim {

enum class log_shape : std::uint8_t {
  plain,    // time, level, text
  journal,  // <priority>text
};

/// `journal` when `descriptor` is the stream that $JOURNAL_STREAM names (systemd.exec(5)).
log_shape log_shape_of(int descriptor) noexcept;

/// One line with its line feed: at most 4096 octets, without control characters.
std::string log_line(log_shape shape, log_level level, time_point when, std::string_view text);

/// Makes spdlog's default logger write to `descriptor`, which stays open as long as the process. From then on
/// `spdlog::info("store, opened '{}'", path)` is how the daemon logs. Thread-safe from then on.
/// Precondition: SIGPIPE is ignored.
void start_log(int descriptor, log_level level);

/// Logs an error when nothing can be allocated and spdlog may be in any state: at the end of the process. At
/// most 400 octets, without control characters. Thread-safe.
void log_without_memory(time_point when, std::string_view text) noexcept;

void set_log_level(log_level level);

/// Lines that were dropped since the start of the log.
std::uint64_t dropped_log_lines() noexcept;

}  // namespace easydkim
