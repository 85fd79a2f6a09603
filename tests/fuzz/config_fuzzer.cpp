// SPDX-License-Identifier: Apache-2.0
// Any text as a configuration: read or refused in one line, and what was read shows values that are read
// again.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "daemon/config/config_key.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace easydkim;
  const auto read = parse_config({reinterpret_cast<const char*>(data), size}, "fuzz.toml");
  if (!read) {
    if (read.error().find('\n') != std::string::npos) std::abort();
    return 0;
  }
  for (const config_key& each : config_keys())
    if (each.place.text(*read).empty()) std::abort();
  if (read->verification.rules.min_interval > read->verification.rules.max_interval) std::abort();
  return 0;
}
