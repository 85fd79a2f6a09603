// SPDX-License-Identifier: Apache-2.0
// What a name server holds, and what an honest one answers from it (RFC 1034 section 4.3.2). A liar is an
// honest one that holds other zones.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/worlds/message.hpp"

namespace easydkim::worlds {

/// A zone, with its cuts and the glue for them.
struct zone_content {
  std::string apex;
  std::vector<record> records;  // the SOA first

  /// `primary`: of the SOA.
  zone_content(std::string of, std::string_view primary, std::uint32_t ttl);
  zone_content& add(record one);
};

/// All zones that one server holds; they live elsewhere.
using held_zones = std::vector<const zone_content*>;

/// The answer of a server that holds `zones`; REFUSED for names of none of them.
answer answered_from(const held_zones& zones, std::string_view name, rr_type type);

}  // namespace easydkim::worlds
