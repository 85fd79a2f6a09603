// SPDX-License-Identifier: Apache-2.0
// Any octets as a file of domains to import: each line is sent as JSON, or refused in a sentence.
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>

#include "client/commands/import_line.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace easydkim;
  std::istringstream file{std::string{reinterpret_cast<const char*>(data), size}};
  import_reader reader{file};
  std::uint64_t last = 0;
  for (import_line line; reader.next(line);) {
    if (line.number <= last || line.domain.empty()) std::abort();
    last = line.number;
    if (line.fault.empty() == line.item.empty()) std::abort();
    if (!line.fault.empty()) continue;
    if (json::parse(one_line(line.item)).as_object() != line.item) std::abort();
    if (text_of(line.item, "Domain") != line.domain) std::abort();
  }
  if (reader.octets_read() != size) std::abort();
  return 0;
}
