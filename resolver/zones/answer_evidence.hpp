// SPDX-License-Identifier: Apache-2.0
// A reply as evidence keeps it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/diagnosis/evidence.hpp"
#include "resolver/transport/server_exchange.hpp"
#include "resolver/zones/zone.hpp"

namespace easydkim {

/// What was asked, of whom and when.
struct asked_of {
  std::string_view name;
  rr_type type{};
  std::string_view server;  // "ns1.example.net (192.0.2.1)", or "192.0.2.53:53" for a resolver
  time_point at{};
};

/// The record of the name and type asked for, or else a CNAME of the name, or else how long the denial lives.
answer_seen as_evidence(const asked_of& question, const server_reply& reply);

/// What servers answered instead of leading a search on to the zone; all at `at`.
std::vector<answer_seen> failures_of(const zone_search& search, time_point at);

/// The servers of a zone that none of them let us find: all of them, without an answer. With their addresses
/// as far as these were asked.
std::vector<server_sighting> silent_servers_of(const zone_search& search);

/// How long a negative answer lives from when it was given (RFC 2308 section 5); nothing without an SOA.
std::optional<duration> negative_lifetime(const dns_reply& said) noexcept;

/// "EDE 7 (Signature Expired): text"; empty without one.
std::string error_text(const server_reply& reply);

}  // namespace easydkim
