// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/http_shares.hpp"

#include <algorithm>

namespace easydkim {
namespace {

using boost::asio::ip::address;
using open_clients = std::span<const http_client* const>;

/// The network that an address counts for: itself, or of IPv6 its /64. IPv4 that came in over IPv6 is IPv4.
address party_of(const address& from) noexcept {
  if (from.is_v4()) return from;
  const boost::asio::ip::address_v6 long_one = from.to_v6();
  if (long_one.is_v4_mapped())
    return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, long_one);
  if (long_one.is_loopback()) return long_one;
  auto octets = long_one.to_bytes();
  std::fill(octets.begin() + octets.size() / 2, octets.end(), std::uint8_t{0});
  return boost::asio::ip::address_v6{octets};
}

bool is_proxy(const address& from, open_clients clients) {
  std::string_view key;
  for (const http_client* each : clients) {
    if (each->signed_by.empty() || !is_same_party(each->address, from)) continue;
    if (!key.empty() && key != each->signed_by) return true;
    key = each->signed_by;
  }
  return false;
}

/// Of the clients that `counts` holds for: how many there are, and who has kept us waiting for longest. Between
/// two requests or in the middle of one is the same here: who has only just come has always waited less than who
/// is in the way.
struct tally {
  std::size_t count = 0;
  std::optional<std::size_t> slowest{};
};
template <class Counts>
tally tally_of(open_clients clients, const Counts& counts) {
  tally all;
  for (std::size_t i = 0; i < clients.size(); ++i) {
    if (!counts(*clients[i])) continue;
    ++all.count;
    if (clients[i]->phase == http_phase::work) continue;
    if (!all.slowest || clients[i]->since < clients[*all.slowest]->since) all.slowest = i;
  }
  return all;
}

http_admission at_cost_of(const std::optional<std::size_t>& one) {
  return {.granted = one.has_value(), .closed = one};
}

}  // namespace

bool is_same_party(const address& one, const address& other) noexcept {
  const address first = party_of(one), second = party_of(other);
  return first == second || (first.is_loopback() && second.is_loopback());
}

std::size_t http_shares::of(const address& from, open_clients clients) const {
  constexpr std::size_t half = 2, eighth = 8;
  if (of_address != 0) return of_address;
  const bool has_half = party_of(from).is_loopback() || is_proxy(from, clients);
  return std::max<std::size_t>(1, all / (has_half ? half : eighth));
}

std::size_t http_shares::of_key() const noexcept {
  constexpr std::size_t quarter = 4;
  return std::max<std::size_t>(1, all / quarter);
}

http_admission admit(open_clients clients, const address& from, const http_shares& shares) {
  const tally own = tally_of(clients, [&](const http_client& each) {
    return each.signed_by.empty() && is_same_party(each.address, from);
  });
  if (own.count >= shares.of(from, clients)) return at_cost_of(own.slowest);
  if (clients.size() < shares.all) return {};
  const auto may_go = [](const http_client& each) {
    return each.signed_by.empty() || each.phase == http_phase::idle;
  };
  return at_cost_of(tally_of(clients, may_go).slowest);
}

http_admission admit_signed(open_clients clients, std::size_t self, std::string_view key,
                            const http_shares& shares) {
  if (clients[self]->signed_by == key) return {};
  const tally own = tally_of(clients, [&](const http_client& each) { return each.signed_by == key; });
  if (own.count < shares.of_key()) return {};
  return at_cost_of(own.slowest);
}

}  // namespace easydkim
