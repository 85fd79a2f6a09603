// SPDX-License-Identifier: Apache-2.0
// Any text as credentials: read or refused in one line, and what was read is found again.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "daemon/ses_api/signature/credentials.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace easydkim;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto read = parse_credentials(text, "fuzz.toml");
  if (!read && read.error().find('\n') != std::string::npos) std::abort();
  if (read && read->find("") != nullptr) std::abort();

  // The fuzzer seldom writes a whole pair, so what it wrote is tried as each of the values too.
  for (const char* key : {"access_key_id", "secret_access_key", "account"}) {
    std::string pair = "[[credential]]\n";
    for (const char* each : {"access_key_id", "secret_access_key", "account"})
      pair.append(each).append(" = '''").append(each == key ? text : "sixteen-or-more-").append("'''\n");
    if (const auto one = parse_credentials(pair, "fuzz.toml");
        !one && one.error().find('\n') != std::string::npos)
      std::abort();
  }
  return 0;
}
