// SPDX-License-Identifier: Apache-2.0
#include "resolver/zones/zone.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

namespace easydkim {
namespace {

namespace ip = boost::asio::ip;

// IANA's special-purpose address registries (RFC 6890) without what they call globally reachable, and
// multicast (RFC 5771, RFC 4291 section 2.7).
const std::array special_v4{
    ip::make_network_v4("0.0.0.0/8"),      ip::make_network_v4("10.0.0.0/8"),
    ip::make_network_v4("100.64.0.0/10"),  ip::make_network_v4("127.0.0.0/8"),
    ip::make_network_v4("169.254.0.0/16"), ip::make_network_v4("172.16.0.0/12"),
    ip::make_network_v4("192.0.0.0/24"),   ip::make_network_v4("192.0.2.0/24"),
    ip::make_network_v4("192.88.99.0/24"), ip::make_network_v4("192.168.0.0/16"),
    ip::make_network_v4("198.18.0.0/15"),  ip::make_network_v4("198.51.100.0/24"),
    ip::make_network_v4("203.0.113.0/24"), ip::make_network_v4("224.0.0.0/4"),
    ip::make_network_v4("240.0.0.0/4"),
};

// Only 2000::/3 is given out (RFC 3513 section 4). Within it, what is special; 2002::/16 and 2001::/32 hold
// an IPv4 address, of which nobody knows where it leads.
const auto given_out_v6 = ip::make_network_v6("2000::/3");
const std::array special_v6{
    ip::make_network_v6("2001::/23"),
    ip::make_network_v6("2001:db8::/32"),
    ip::make_network_v6("2002::/16"),
    ip::make_network_v6("3fff::/20"),
};

/// The same comparison for both: the network of this length around the address is that network.
template <class network, class address>
bool holds(const network& of, const address& which) {
  return network{which, of.prefix_length()}.canonical() == of;
}

}  // namespace

bool is_public_address(const ip::address& address) noexcept {
  if (address.is_v4()) {
    const auto v4 = address.to_v4();
    return std::ranges::none_of(special_v4, [&](const auto& each) { return holds(each, v4); });
  }
  const auto v6 = address.to_v6();  // IPv4 in IPv6 (::ffff:0:0/96) is not given out either
  return v6.scope_id() == 0 && holds(given_out_v6, v6) &&
         std::ranges::none_of(special_v6, [&](const auto& each) { return holds(each, v6); });
}

}  // namespace easydkim
