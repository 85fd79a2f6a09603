// SPDX-License-Identifier: Apache-2.0
#include "resolver/servers/address_families.hpp"

#include <algorithm>

namespace easydkim {
namespace {

std::string network_of(const server_address& server) {
  if (server.address.is_v4()) {
    const auto octets = server.address.to_v4().to_bytes();
    return {octets.begin(), octets.begin() + 2};
  }
  const auto octets = server.address.to_v6().to_bytes();
  return {octets.begin(), octets.begin() + 4};
}

constexpr address_family other_than(address_family which) noexcept {
  return which == address_family::ipv4 ? address_family::ipv6 : address_family::ipv4;
}

}  // namespace

void address_families::answered(const server_address& server, steady_time now) {
  family& heard = of(family_of(server));
  heard.why = reason::none;
  heard.answered_at = now;
  heard.silent.clear();
}

void address_families::silent(const server_address& server) {
  const address_family which = family_of(server);
  family& one = of(which);
  if (one.why == reason::no_route) one.why = reason::none;  // it was sent
  if (one.answered_at || one.why == reason::silence) return;
  if (std::string network = network_of(server); std::ranges::find(one.silent, network) == one.silent.end())
    one.silent.push_back(std::move(network));
  if (one.silent.size() < silent_networks) return;
  one.silent.pop_back();  // so that it goes on counting until others have answered
  if (of(other_than(which)).answered_at) one.why = reason::silence;
}

void address_families::no_route(const server_address& server, steady_time now) {
  family& one = of(family_of(server));
  if (one.answered_at && now - *one.answered_at < route_is_sure_for) return;
  one.why = reason::no_route;
  one.unroutable = server;
}

void address_families::has_route_again(address_family which) {
  if (of(which).why == reason::no_route) of(which).why = reason::none;
}

bool address_families::may_try(address_family which, steady_time now) {
  family& one = of(which);
  if (one.why == reason::none) return true;
  if (one.why == reason::no_route || now < one.next_try) return false;
  one.next_try = now + try_again_after;
  return true;
}

std::optional<server_address> address_families::unroutable(address_family which) const {
  return of(which).why == reason::no_route ? std::optional{of(which).unroutable} : std::nullopt;
}

std::optional<std::string> address_families::why_not(address_family which) const {
  switch (of(which).why) {
    case reason::none:
      return std::nullopt;
    case reason::no_route:
      return "no route, says the kernel";
    case reason::silence:
      return "nobody in " + std::to_string(silent_networks) + " networks answered";
  }
  return std::nullopt;
}

}  // namespace easydkim
