// SPDX-License-Identifier: Apache-2.0
// Whose the connections of an HTTP port are, and which one goes when one more comes: pure decisions.
//
// Anybody can open a connection, and keep it in the middle of a request. So those whose client has not proven
// yet who it is are few for each address, and when there are too many, the one that has kept us waiting for
// longest goes: a client that sends its request at once is served whatever the others do. Who has signed
// rightly counts by the access key from then on.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace easydkim {

enum class http_phase : std::uint8_t {
  idle,     // between two requests, and after the last one
  request,  // its request comes in
  work,     // its answer is being made
  answer,   // its answer is being taken
};

/// One client of the port, with an open connection.
struct http_client {
  boost::asio::ip::address address{};
  std::string signed_by{};  // the key of its last valid signature; empty: there was none yet
  http_phase phase = http_phase::idle;
  std::chrono::steady_clock::time_point since{};  // when that phase began
};

/// How many connections there may be; of each kind at least one.
struct http_shares {
  std::size_t all = 256;
  std::size_t of_address = 0;  // not signed yet; 0: an eighth of all, of loopback and of a proxy a half

  /// `clients`: those that are open. A proxy is an address that has connections of two keys.
  std::size_t of(const boost::asio::ip::address& address, std::span<const http_client* const> clients) const;
  std::size_t of_key() const noexcept;  // a quarter
};

/// Whether one more is taken, and at whose cost.
struct http_admission {
  bool granted = true;
  std::optional<std::size_t> closed{};  // which of the clients makes room
};

/// A newcomer from `address`. Who makes room has been idle, or in its request without a valid signature, for
/// longest; refused is it only when all are at work, or have signed.
http_admission admit(std::span<const http_client* const> clients, const boost::asio::ip::address& address,
                     const http_shares& shares);

/// The client `self` has signed by `key`. Refused when its key has its share, all of them at work.
http_admission admit_signed(std::span<const http_client* const> clients, std::size_t self,
                            std::string_view key, const http_shares& shares);

/// Whether both count as one: all of loopback, one address of IPv4, and of IPv6 one /64, which is what one
/// customer has at least (RFC 6177).
bool is_same_party(const boost::asio::ip::address& one, const boost::asio::ip::address& other) noexcept;

}  // namespace easydkim
