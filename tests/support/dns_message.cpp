// SPDX-License-Identifier: Apache-2.0
#include "tests/support/dns_message.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <stdexcept>

namespace easydkim::tests {
namespace {

constexpr std::size_t header_octets = 12;

void put16(octets& out, std::size_t value) {
  out.push_back(static_cast<std::uint8_t>(value >> 8));
  out.push_back(static_cast<std::uint8_t>(value));
}

void put(octets& out, const octets& more) {
  out.insert(out.end(), more.begin(), more.end());
}

void put(octets& out, const dns_record& record) {
  put(out, record.owner);
  put16(out, record.type);
  put16(out, record.rr_class);
  put16(out, 0);
  put16(out, 60);  // TTL, in seconds
  put16(out, record.data.size());
  put(out, record.data);
}

std::uint16_t number_at(const octets& message, std::size_t at) {
  return static_cast<std::uint16_t>(message.at(at) << 8 | message.at(at + 1));
}

}  // namespace

std::string lower(std::string_view text) {
  std::string low{text};
  std::ranges::transform(low, low.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return low;
}

octets to_wire(std::string_view name) {
  octets wire;
  octets label;
  const auto end_label = [&] {
    if (label.empty() || label.size() > 63) throw std::invalid_argument{"no DNS name: " + std::string{name}};
    wire.push_back(static_cast<std::uint8_t>(label.size()));
    put(wire, label);
    label.clear();
  };
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] == '.') {
      end_label();
    } else if (name[i] != '\\') {
      label.push_back(static_cast<std::uint8_t>(name[i]));
    } else if (name.at(i + 1) >= '0' && name.at(i + 1) <= '9') {
      label.push_back(static_cast<std::uint8_t>(std::stoi(std::string{name.substr(i + 1, 3)})));
      i += 3;
    } else {
      label.push_back(static_cast<std::uint8_t>(name[++i]));
    }
  }
  if (!label.empty()) end_label();
  wire.push_back(0);
  return wire;
}

std::optional<dns_query> dns_query::parse(octets message) {
  if (message.size() < header_octets || (message[2] & 0x80) != 0 || number_at(message, 4) != 1)
    return std::nullopt;
  dns_query query;
  query.id = number_at(message, 0);
  std::size_t at = header_octets;
  while (at < message.size() && message[at] != 0) {
    const std::size_t length = message[at];
    if (length > 63 || at + 1 + length >= message.size()) return std::nullopt;
    if (!query.name.empty()) query.name += '.';
    query.name.append(reinterpret_cast<const char*>(&message[at + 1]), length);
    at += 1 + length;
  }
  if (at + 5 > message.size()) return std::nullopt;
  query.type = number_at(message, at + 1);
  query.question.assign(message.begin() + header_octets,
                        message.begin() + static_cast<std::ptrdiff_t>(at) + 5);
  query.message = std::move(message);
  return query;
}

dns_record cname_record(std::string_view owner, std::string_view target) {
  return {to_wire(owner), type_cname, to_wire(target)};
}
dns_record dname_record(std::string_view owner, std::string_view target) {
  return {to_wire(owner), type_dname, to_wire(target)};
}
dns_record ns_record(std::string_view owner, std::string_view server) {
  return {to_wire(owner), type_ns, to_wire(server)};
}

dns_record txt_record(std::string_view owner, const std::vector<std::string>& strings) {
  octets data;
  for (const std::string& each : strings) {
    data.push_back(static_cast<std::uint8_t>(each.size()));
    data.insert(data.end(), each.begin(), each.end());
  }
  return {to_wire(owner), type_txt, std::move(data)};
}

dns_record soa_record(std::string_view owner, unsigned serial) {
  octets data = to_wire("ns.invalid");
  put(data, to_wire("hostmaster.invalid"));
  for (const unsigned number :
       {serial, 3600U, 600U, 86400U, 60U}) {  // serial, refresh, retry, expire, minimum
    put16(data, number >> 16);
    put16(data, number);
  }
  return {to_wire(owner), type_soa, std::move(data)};
}

dns_record address_record(std::string_view owner, std::string_view address) {
  const auto parsed = boost::asio::ip::make_address(std::string{address});
  if (parsed.is_v4()) {
    const auto four = parsed.to_v4().to_bytes();
    return {to_wire(owner), type_a, {four.begin(), four.end()}};
  }
  const auto sixteen = parsed.to_v6().to_bytes();
  return {to_wire(owner), type_aaaa, {sixteen.begin(), sixteen.end()}};
}

dns_reply truncated_reply(const dns_query& to) {
  dns_reply reply{to};
  reply.is_truncated = true;
  return reply;
}

octets dns_reply::message() const {
  octets out;
  put16(out, id);
  out.push_back(static_cast<std::uint8_t>((is_response ? 0x80U : 0U) | opcode << 3 |
                                          (is_truncated ? 0x02U : 0U) | (is_authoritative ? 0x04U : 0U) |
                                          0x01U));
  out.push_back(static_cast<std::uint8_t>(0x80U | (is_authentic ? 0x20U : 0U) | rcode));
  put16(out, questions);
  put16(out, claimed_answers.value_or(static_cast<std::uint16_t>(answers.size())));
  put16(out, authorities.size());
  put16(out, additionals.size());
  put(out, question);
  for (const dns_record& each : answers) put(out, each);
  for (const dns_record& each : authorities) put(out, each);
  for (const dns_record& each : additionals) put(out, each);
  put(out, tail);
  return out;
}

}  // namespace easydkim::tests
