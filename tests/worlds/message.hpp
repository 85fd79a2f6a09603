// SPDX-License-Identifier: Apache-2.0
// DNS messages of simulated worlds: records that are encoded once, questions read and replies written as
// octets.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "resolver/wire/dns_question.hpp"

namespace easydkim::worlds {

using octets = std::vector<std::uint8_t>;

/// A record: what it says, and its octets as they stand in every reply.
struct record {
  std::string owner;  // lower case, without the last dot
  rr_type type{};
  std::string text;  // the name, address or text that it holds; of SOA: the primary
  octets wire;
};

record ns_of(std::string_view owner, std::string_view server, std::uint32_t ttl);
record soa_of(std::string_view owner, std::string_view primary, std::uint32_t ttl);
record cname_of(std::string_view owner, std::string_view target, std::uint32_t ttl);
record address_of(std::string_view owner, std::string_view address, std::uint32_t ttl);  // IPv4
record txt_of(std::string_view owner, std::string_view text, std::uint32_t ttl);

/// A question as it came.
struct asked_question {
  std::uint16_t id = 0;
  bool wants_recursion = false;
  std::string name;  // lower case
  rr_type type{};
  std::span<const std::uint8_t> section;  // of the message that was read

  static std::optional<asked_question> read(std::span<const std::uint8_t> message);
};

/// What is answered; the records live elsewhere.
struct answer {
  unsigned rcode = 0;
  bool authoritative = false;
  bool truncated = false;
  bool lowers_case = false;  // repeats the question in small letters
  bool can_recurse = false;
  bool is_cut_short = false;  // the octets break off
  std::vector<const record*> answers, authority, additional;

  octets message(const asked_question& to) const;
};

}  // namespace easydkim::worlds
