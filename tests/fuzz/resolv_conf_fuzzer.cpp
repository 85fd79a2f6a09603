// SPDX-License-Identifier: Apache-2.0
// Any text as resolv.conf, and as one address of a server: what was read is read again from what it shows.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "daemon/config/resolv_conf.hpp"

namespace {

void must_round_trip(const easydkim::server_address& server) {
  if (easydkim::server_address::parse(server.to_string()) != server) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace easydkim;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto servers = nameservers_in(text);
  if (servers.size() > 3) std::abort();
  for (const server_address& each : servers) must_round_trip(each);
  if (const auto one = server_address::parse(text)) must_round_trip(*one);
  return 0;
}
