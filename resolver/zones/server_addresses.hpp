// SPDX-License-Identifier: Apache-2.0
// What the servers of a zone say together of the addresses of a name in it (rules T3a and T7).
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "resolver/zones/zone.hpp"
#include "resolver/zones/zone_cut.hpp"

namespace easydkim {

/// The addresses that they give.
struct agreed_addresses {
  std::vector<resource_record> records;  // A or AAAA of the name; empty where they say that there are none
  bool by_all = false;      // all that answer, and these are two that the zone above names, or the only one
  bool by_most = false;     // more than half of all, and two
  bool for_loss = false;    // more than half of all, and two; or all that the zone above names
  bool some_given = false;  // one of them gives an address

  /// A decision may rest on them.
  bool is_certain() const noexcept { return by_all || by_most; }
};

/// Those of both families.
struct known_addresses {
  std::vector<resource_record> records;  // that are certain
  bool is_certain = false;               // there are some, or it is certain that there are none
  bool for_loss = false;
  bool is_contested = false;  // some are given, and none of them is certain
};
known_addresses both_families(const agreed_addresses& v4, const agreed_addresses& v6);

/// `answers`: of all servers to a question for `type` of `name`. An alias is no address (RFC 2181
/// section 10.3).
struct address_answers {
  std::span<const server_answer> of;
  std::string_view name;
  rr_type type{};
  zone_size servers{};
};
agreed_addresses agree_on_addresses(const address_answers& answers);

}  // namespace easydkim
