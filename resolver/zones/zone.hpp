// SPDX-License-Identifier: Apache-2.0
// A zone and the servers that answer for it, as values.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/finding.hpp"
#include "resolver/transport/server_address.hpp"
#include "resolver/transport/server_exchange.hpp"
#include "resolver/transport/steady_time.hpp"
#include "resolver/wire/dns_reply.hpp"

namespace easydkim {

/// How much a look at a zone may cost, and what it is good for.
enum class effort : std::uint8_t {
  look,    // one server's word: finds candidates, decides nothing
  decide,  // the whole proof, had anew: what Success, a loss and Failed rest on
};

struct zone_server {
  std::string name;                       // "ns1.example.net"
  std::vector<server_address> addresses;  // those that may be asked
  bool is_certain = false;    // they are the parent's glue, or the word of the zone that holds the name
  bool is_certain_for_loss = false;  // and more than half of that zone's servers say so, silent ones counted
  bool is_contested = false;  // those who give its addresses do not agree: it may answer where nobody asks it
  bool is_delegated = true;   // the parent (of a cut: the zone above) names it
};

struct zone {
  std::string apex;                       // lower case, without the last dot
  std::vector<zone_server> servers;       // in order of name; also those without an address that may be asked
  std::optional<resource_record> start;   // its SOA
  std::vector<std::string> delegated_to;  // the parent's NS set, sorted; empty when it was not seen
  bool some_private = false;              // an address was left out, being private (is_public_address)
  bool by_resolver = false;  // in a closed network the resolver's word stands in for the delegation
};

/// One of a zone's servers, and its answer.
struct server_answer {
  std::string name;  // "ns1.example.net"
  server_address address;
  server_reply reply;
  bool is_lame = false;       // answered, but not for this zone: REFUSED, SERVFAIL, no AA, pointing upwards
  bool is_resting = false;    // was not asked, since it was silent or lame before
  bool is_delegated = true;   // the parent names it
  bool is_certain = true;     // its address is good for a decision
  bool is_certain_for_loss = true;  // and for one that takes something away
  bool counts = true;         // false: it claims that another zone holds the name than what is agreed on
  std::vector<server_answer> elsewhere{};  // at its other addresses
  std::string last_failure{};  // not asked: why it rests, as a response code or "TIMEOUT"; empty: not known

  /// False when courtesy forbade it, or it has no address.
  bool was_asked() const noexcept { return !reply.asked.question().empty(); }

  /// "ns1.example.net (192.0.2.1)".
  std::string server() const { return name + " (" + address.address.to_string() + ")"; }
};

/// A server whose address at the parent (glue) is not the one that the zone gives.
struct old_glue {
  std::string server;
  std::vector<server_address> at_parent;
  server_answer at_zone;  // its answer at the address that the zone gives
};

/// Result of finding the zone that holds a name.
struct zone_search {
  enum class outcome : std::uint8_t {
    found,               // `where` has at least one server with an address
    no_such_domain,      // the parent's own servers say that the domain does not exist
    not_askable,         // the zone was found, but none of its servers has an address that may be asked
    unreachable,         // its servers do not answer for it (`detail` says who)
    disagreement,        // those who were asked do not agree on who serves the name (`detail`: of which zone)
    parent_unreachable,  // no server of the zone above can be asked (`detail`), or too few of them answer
    port_closed,         // nobody's servers can be reached from here (port_53)
    no_resolver,         // the resolver did not answer
    busy,                // its servers, or the parent's, are asked too much already (`ready_at`)
  };
  outcome what = outcome::no_resolver;
  zone where{};
  std::string
      detail;  // a name, for the sentence of a diagnosis: the server that failed, the zone that denied
  std::string missing{};                  // of `no_such_domain`: the domain that would be registered there
  std::optional<steady_time> ready_at{};  // of `busy`
  std::vector<server_answer> answers{};   // of those who were asked on the way, when no zone was found
  std::vector<old_glue> glue{};           // what the zone says of it, where that does not count
};

/// Whether an address may belong to a name server that strangers can ask: not private, loopback, link-local,
/// multicast, documentation or otherwise special (IANA's special-purpose registries, RFC 6890).
bool is_public_address(const boost::asio::ip::address& address) noexcept;

}  // namespace easydkim
