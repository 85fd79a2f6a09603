// A zone and the servers that answer for it, as values.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/finding.hpp"
#include "resolver/dns_reply.hpp"
#include "resolver/server_address.hpp"
#include "resolver/server_exchange.hpp"
#include "resolver/steady_time.hpp"

namespace easydkim {

struct zone_server {
  std::string name;                       // "ns1.example.net"
  std::vector<server_address> addresses;  // those that may be asked
};

struct zone {
  std::string apex;                       // lower case, without the last dot
  std::vector<zone_server> servers;       // in order of name; also those without an address that may be asked
  std::optional<resource_record> start;   // its SOA
  std::vector<std::string> delegated_to;  // the parent's NS set, sorted; empty when it was not seen
  bool some_private = false;              // an address was left out, being private (is_public_address)
};

/// What became of the search for the zone that holds a name.
struct zone_search {
  enum class outcome : std::uint8_t {
    found,           // `where` has at least one server with an address
    no_such_domain,  // the parent's own servers say that the domain does not exist
    not_askable,     // the zone was found, but none of its servers has an address that may be asked
    unreachable,     // its servers, or the parent's, do not answer for it (`detail` says who)
    port_closed,     // nobody's servers can be reached from here (port_53)
    no_resolver,     // the resolver did not answer
    busy,            // its servers, or the parent's, are asked too much already (`ready_at`)
  };
  outcome what = outcome::no_resolver;
  zone where{};
  std::string
      detail;  // a name, for the sentence of a diagnosis: the server that failed, the zone that denied
  std::string missing{};                  // of `no_such_domain`: the domain that would be registered there
  std::optional<steady_time> ready_at{};  // of `busy`
};

/// Whether an address may belong to a name server that strangers can ask: not private, loopback, link-local,
/// multicast, documentation or otherwise special (IANA's special-purpose registries, RFC 6890).
bool is_public_address(const boost::asio::ip::address& address) noexcept;

/// One of a zone's servers, and what it said.
struct server_answer {
  std::string name;  // "ns1.example.net"
  server_address address;
  server_reply reply;
  bool is_lame = false;     // answered, but not for this zone: REFUSED, SERVFAIL, no AA, pointing upwards
  bool is_resting = false;  // was not asked, since it was silent or lame before

  /// False when courtesy forbade it.
  bool was_asked() const noexcept { return !reply.asked.question().empty(); }

  /// "ns1.example.net (192.0.2.1)".
  std::string server() const { return name + " (" + address.address.to_string() + ")"; }
};

}  // namespace easydkim
