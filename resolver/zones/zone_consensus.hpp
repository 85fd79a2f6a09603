// SPDX-License-Identifier: Apache-2.0
// What the servers of a zone say together of one record (rules T5 and T6).
//
// No single server's word decides anything, for or against, and those that are missing are neither: so a positive
// needs all that answer, or, after an hour, more than half of all there are; a negative needs more than half of all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "core/finding.hpp"
#include "resolver/zones/zone_cut.hpp"

namespace easydkim {

/// What one of them says.
struct server_finding {
  std::string server;        // its name
  finding seen;              // `no_answer` also when its answer does not count
  bool is_delegated = true;  // the parent names it
  bool is_certain = true;    // its address is good for a decision; otherwise it is shown, and has no vote
  bool is_certain_for_loss = true;  // and for one that takes something away
};

struct consensus_query {
  std::span<const server_finding> of;
  zone_size servers{};               // by name, also those that cannot be asked
  backing zone_by{};                    // who agrees on where the zone begins
  bool has_split_for_long = false;      // most have had the record for `longest_split`
  bool is_decoy = false;                // the label was never issued: that more than half deny it is enough
};

/// What they say together.
struct consensus {
  /// Of a look at all: `found` when it may verify. Some that have it and some that lack it, or have another value:
  /// {absent, on_some_servers}, `observed` naming one of these. Else what those that lack it see; nobody that
  /// answers, or too few that have it: {no_answer, why}.
  finding seen{};

  /// A loss, or the end of a window, may rest on it.
  bool decides_loss = false;

  majority most = majority::unknown;
};

/// Pure.
consensus zone_consensus(const consensus_query& query);

}  // namespace easydkim
