// SPDX-License-Identifier: Apache-2.0
// Faults of this host, its network or its resolver, for which no owner is blamed.
//
// One table has their names, sentences and remedies; the status file, `easydkim health`, the metric and the
// log all take them from there. daemon/monitoring/faults.hpp tells whether one is there now.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace easydkim {

enum class fault : std::uint8_t {
  no_ipv4,              // servers with IPv4 addresses cannot be reached
  no_ipv6,              // the same for IPv6
  port_53_blocked,      // nobody answers on port 53
  port_53_diverted,     // somebody else answers in the place of whoever is asked
  resolver_no_tcp,      // our resolver answers over UDP only
  confirm_server_dead,  // a server that is to confirm answers nothing
  resolver_filters,     // our resolver denies what is there
  resolver_ill,         // our resolver answers nothing
  resolver_unknown,     // no resolver is known
  store_not_writable,   // commits fail
  suffix_changed,       // identities were issued with another target suffix
  clock_stepped,        // somebody set the clock
};

enum class fault_severity : std::uint8_t {
  warning,   // something goes on in a worse way
  critical,  // nothing can be verified, or nothing can be written
};

/// A row of the table. `{}` in `what` is where the detail goes.
struct fault_row {
  fault which;
  std::string_view name;  // in the status file, the metric and `health`
  std::string_view part;  // the first word of its log lines
  fault_severity severity;
  std::string_view what;    // what is wrong, and what goes on meanwhile
  std::string_view remedy;  // what the operator does
  std::string_view over;    // the log line when it ends
};

/// All rows, each at the place of its value.
std::span<const fault_row> fault_rows() noexcept;

inline const fault_row& row_of(fault which) noexcept {
  return fault_rows()[static_cast<std::size_t>(which)];
}
inline std::string_view to_string(fault which) noexcept {
  return row_of(which).name;
}

/// Nothing for a name that is none of ours.
std::optional<fault> fault_from_string(std::string_view name) noexcept;

/// The sentence of a fault with what is known of this one, for example the server.
std::string what_of(fault which, std::string_view detail);

}  // namespace easydkim
