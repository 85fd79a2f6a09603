// SPDX-License-Identifier: Apache-2.0
// Whether this host reaches name servers over IPv4, and over IPv6: many have only one of them.
//
// Without a route the kernel says so at once. With a route that leads nowhere nobody answers: that is
// believed when servers in many networks were silent, none ever answered, and others do over the other
// family.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "resolver/transport/server_address.hpp"
#include "resolver/transport/steady_time.hpp"

namespace easydkim {

enum class address_family : std::uint8_t { ipv4, ipv6 };

inline address_family family_of(const server_address& server) noexcept {
  return server.address.is_v6() ? address_family::ipv6 : address_family::ipv4;
}

/// Pure: time comes in as an argument. Not thread-safe.
class address_families {
 public:
  /// Networks (a /16 of IPv4, a /32 of IPv6) whose servers must be silent.
  static constexpr std::size_t silent_networks = 8;

  /// An answer so young shows that there is a route, whatever one address has.
  static constexpr duration route_is_sure_for = std::chrono::minutes{1};

  /// While a family cannot be asked, it may be tried once in this time.
  static constexpr duration try_again_after = std::chrono::minutes{1};

  /// What became of a question to `server`. `no_route`: the kernel did not even send it.
  void answered(const server_address& server, steady_time now);
  void silent(const server_address& server);
  void no_route(const server_address& server, steady_time now);

  /// A packet to the address that had no route would leave now.
  void has_route_again(address_family which);

  /// False for a family whose servers are not to be asked: that they do not answer is our fault.
  bool can_ask(address_family which) const noexcept { return of(which).why == reason::none; }

  /// The same, but true once in `try_again_after` where nobody answered.
  bool may_try(address_family which, steady_time now);

  /// The last address without a route, while that is why the family cannot be asked.
  std::optional<server_address> unroutable(address_family which) const;

  /// Why the family cannot be asked, such as "no route"; nothing while it can.
  std::optional<std::string> why_not(address_family which) const;

 private:
  enum class reason : std::uint8_t {
    none,
    no_route,  // says the kernel
    silence,   // of everybody
  };
  struct family {
    reason why = reason::none;
    std::optional<steady_time> answered_at;
    std::vector<std::string> silent;  // networks
    server_address unroutable;
    steady_time next_try{};
  };
  family& of(address_family which) noexcept { return all_[static_cast<std::size_t>(which)]; }
  const family& of(address_family which) const noexcept { return all_[static_cast<std::size_t>(which)]; }

  std::array<family, 2> all_;
};

}  // namespace easydkim
