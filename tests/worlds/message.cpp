// SPDX-License-Identifier: Apache-2.0
#include "tests/worlds/message.hpp"

#include <boost/asio/ip/address_v4.hpp>

namespace easydkim::worlds {
namespace {

constexpr std::size_t header_octets = 12;

void put16(octets& to, std::size_t value) {
  to.push_back(static_cast<std::uint8_t>(value >> 8));
  to.push_back(static_cast<std::uint8_t>(value));
}

void put32(octets& to, std::uint32_t value) {
  put16(to, value >> 16);
  put16(to, value & 0xFFFF);
}

void put_name(octets& to, std::string_view name) {
  if (name == ".") name = {};
  while (!name.empty()) {
    const std::size_t dot = name.find('.');
    const std::string_view label = name.substr(0, dot);
    to.push_back(static_cast<std::uint8_t>(label.size()));
    to.insert(to.end(), label.begin(), label.end());
    name = dot == name.npos ? std::string_view{} : name.substr(dot + 1);
  }
  to.push_back(0);
}

struct content {
  std::string_view owner;
  rr_type type;
  std::uint32_t ttl;
  std::string text;
};

record made(content of, const octets& data) {
  record one{.owner = std::string{of.owner}, .type = of.type, .text = std::move(of.text), .wire = {}};
  put_name(one.wire, of.owner);
  put16(one.wire, static_cast<std::uint16_t>(of.type));
  put16(one.wire, 1);
  put32(one.wire, of.ttl);
  put16(one.wire, data.size());
  one.wire.insert(one.wire.end(), data.begin(), data.end());
  return one;
}

record of_name(content of) {
  octets data;
  put_name(data, of.text);
  return made(std::move(of), data);
}

}  // namespace

record ns_of(std::string_view owner, std::string_view server, std::uint32_t ttl) {
  return of_name({owner, rr_type::ns, ttl, std::string{server}});
}

record cname_of(std::string_view owner, std::string_view target, std::uint32_t ttl) {
  return of_name({owner, rr_type::cname, ttl, std::string{target}});
}

record soa_of(std::string_view owner, std::string_view primary, std::uint32_t ttl) {
  octets data;
  put_name(data, primary);
  put_name(data, "hostmaster.invalid");
  for (const std::uint32_t number : {1U, 3600U, 600U, 86400U, ttl}) put32(data, number);
  return made({owner, rr_type::soa, ttl, std::string{primary}}, data);
}

record address_of(std::string_view owner, std::string_view address, std::uint32_t ttl) {
  const auto four = boost::asio::ip::make_address_v4(std::string{address}).to_bytes();
  return made({owner, rr_type::a, ttl, std::string{address}}, {four.begin(), four.end()});
}

record txt_of(std::string_view owner, std::string_view text, std::uint32_t ttl) {
  octets data{static_cast<std::uint8_t>(text.size())};
  data.insert(data.end(), text.begin(), text.end());
  return made({owner, rr_type::txt, ttl, std::string{text}}, data);
}

std::optional<asked_question> asked_question::read(std::span<const std::uint8_t> message) {
  if (message.size() < header_octets) return std::nullopt;
  asked_question found;
  found.id = static_cast<std::uint16_t>(message[0] << 8 | message[1]);
  found.wants_recursion = (message[2] & 0x01) != 0;
  std::size_t at = header_octets;
  while (at < message.size() && message[at] != 0) {
    const std::size_t length = message[at++];
    if (at + length >= message.size()) return std::nullopt;
    if (!found.name.empty()) found.name += '.';
    for (const std::size_t end = at + length; at < end; ++at) {
      const char letter = static_cast<char>(message[at]);
      found.name += letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + ('a' - 'A')) : letter;
    }
  }
  if (at + 5 > message.size()) return std::nullopt;
  if (found.name.empty()) found.name = ".";
  found.type = static_cast<rr_type>(message[at + 1] << 8 | message[at + 2]);
  found.section = message.subspan(header_octets, at + 5 - header_octets);
  return found;
}

octets answer::message(const asked_question& to) const {
  octets out;
  out.reserve(512);
  put16(out, to.id);
  out.push_back(static_cast<std::uint8_t>(0x80U | (authoritative ? 0x04U : 0U) | (truncated ? 0x02U : 0U) |
                                          (to.wants_recursion ? 0x01U : 0U)));
  out.push_back(static_cast<std::uint8_t>((can_recurse ? 0x80U : 0U) | rcode));
  put16(out, 1);
  put16(out, truncated ? 0 : answers.size());
  put16(out, truncated ? 0 : authority.size());
  put16(out, truncated ? 0 : additional.size());
  for (const std::uint8_t each : to.section) {
    const bool capital = lowers_case && each >= 'A' && each <= 'Z';
    out.push_back(capital ? static_cast<std::uint8_t>(each + ('a' - 'A')) : each);
  }
  if (truncated) return out;
  for (const auto* section : {&answers, &authority, &additional})
    for (const record* each : *section) out.insert(out.end(), each->wire.begin(), each->wire.end());
  return out;
}

}  // namespace easydkim::worlds
