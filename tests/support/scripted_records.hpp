// SPDX-License-Identifier: Apache-2.0
// Zones of a scripted name server, with delegations and glue; or what a scripted resolver knows.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/support/dns_message.hpp"
#include "tests/support/dns_modes.hpp"

namespace easydkim::tests {

class scripted_records {
 public:
  enum class role {
    authority,  // of the zones that have a SOA: refers to what is delegated, refuses the rest
    resolver,   // knows all of it, and of everything else that it does not exist
  };

  /// Reads lines "name SOA serial", "name NS server", "name A address", "name AAAA address", "name CNAME
  /// target", "name TXT word"; '#' begins a comment. "." is the root. Throws std::runtime_error for any other
  /// line.
  static scripted_records parse(role as, std::string_view text);

  dns_reply answer(const dns_query& query) const;

  /// The same for a server; a copy.
  dns_behaviour behaviour() const;

 private:
  struct line {
    std::string name;
    std::uint16_t type;
    dns_record record;
    std::string target;  // of NS
  };
  const line* zone_of(const std::string& name) const;
  bool refer(const std::string& name, const line& zone, dns_reply& reply) const;

  role role_ = role::authority;
  std::vector<line> lines_;
};

}  // namespace easydkim::tests
