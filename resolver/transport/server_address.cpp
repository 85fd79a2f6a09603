// SPDX-License-Identifier: Apache-2.0
#include "resolver/transport/server_address.hpp"

#include <algorithm>
#include <charconv>

namespace easydkim {
namespace {

/// The address and the port (empty where none is given) as they stand in the text.
struct parts {
  std::string_view address;
  std::optional<std::string_view> port;
};

std::optional<parts> split(std::string_view text) {
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == text.npos) return std::nullopt;
    const std::string_view address = text.substr(1, close - 1);
    const std::string_view rest = text.substr(close + 1);
    if (address.find(':') == address.npos) return std::nullopt;
    if (rest.empty()) return parts{address, std::nullopt};
    if (!rest.starts_with(':')) return std::nullopt;
    return parts{address, rest.substr(1)};
  }
  if (std::ranges::count(text, ':') != 1) return parts{text, std::nullopt};
  const std::size_t colon = text.find(':');
  return parts{text.substr(0, colon), text.substr(colon + 1)};
}

std::optional<std::uint16_t> to_port(std::string_view text) {
  std::uint16_t port = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, port);
  if (error != std::errc{} || stop != end || port == 0) return std::nullopt;
  return port;
}

}  // namespace

std::optional<server_address> server_address::parse(std::string_view text) {
  const std::optional<parts> found = split(text);
  if (!found || found->address.find('%') != text.npos) return std::nullopt;

  boost::system::error_code error;
  server_address parsed{boost::asio::ip::make_address(std::string{found->address}, error)};
  if (error) return std::nullopt;
  if (!found->port) return parsed;

  const std::optional<std::uint16_t> port = to_port(*found->port);
  if (!port) return std::nullopt;
  parsed.port = *port;
  return parsed;
}

std::string server_address::to_string() const {
  const std::string host = address.is_v6() ? "[" + address.to_string() + "]" : address.to_string();
  return host + ":" + std::to_string(port);
}

}  // namespace easydkim
