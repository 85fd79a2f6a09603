// SPDX-License-Identifier: Apache-2.0
// Any text as a status file: judged, and said on one printable line with at most one '|'.
//
// A fuzzer seldom writes a whole status file, so the text is tried once more as each of the values of one.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "client/commands/health.hpp"
#include "client/text/duration_text.hpp"

namespace {

using namespace easydkim;

constexpr std::string_view whole =
    R"({"version": 1, "state": "running", "updated_at": "2026-11-24T12:00:00Z", "interval_seconds": $,
        "identities": {"Pending": $, "$": 1}, "signing_enabled": $,
        "polling": {"overdue": $, "lag_seconds": $}, "resolver": {"healthy": true},
        "store": {"used_bytes": $, "size_bytes": $}})";

void must_be_judged(std::string_view content) {
  static const time_point now = *parse_rfc3339("2026-11-24T12:00:00Z");
  const health_report report = judge_health(
      content, now,
      {.max_age = {}, .warning_lag = std::chrono::minutes{1}, .critical_lag = std::chrono::minutes{5}});
  const std::string line = to_line(report);
  if (std::ranges::count(line, '|') > 1) std::abort();
  for (const char c : line)
    if (c < ' ' || c > '~') std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  must_be_judged(text);
  std::string content;
  for (const char c : whole) c == '$' ? content.append(text) : content.append(1, c);
  must_be_judged(content);
  return 0;
}
