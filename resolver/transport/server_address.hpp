// SPDX-License-Identifier: Apache-2.0
// Where a DNS server listens: an address and a port.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace easydkim {

struct server_address {
  static constexpr std::uint16_t dns_port = 53;

  boost::asio::ip::address address;
  std::uint16_t port = dns_port;

  /// Reads "192.0.2.1", "192.0.2.1:53", "2001:db8::1" or "[2001:db8::1]:53"; nothing for other text.
  /// Addresses with a zone ("fe80::1%eth0") are refused: c-ares 1.18 cannot ask them.
  static std::optional<server_address> parse(std::string_view text);

  /// "192.0.2.1:53", "[2001:db8::1]:53".
  std::string to_string() const;

  bool is_loopback() const { return address.is_loopback(); }

  bool operator==(const server_address&) const = default;
};

}  // namespace easydkim
