// SPDX-License-Identifier: Apache-2.0
// DNS messages for tests: a query taken apart, and a reply put together, rightly or wrongly.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace easydkim::tests {

using octets = std::vector<std::uint8_t>;

inline constexpr std::uint16_t type_a = 1;
inline constexpr std::uint16_t type_ns = 2;
inline constexpr std::uint16_t type_cname = 5;
inline constexpr std::uint16_t type_soa = 6;
inline constexpr std::uint16_t type_txt = 16;
inline constexpr std::uint16_t type_aaaa = 28;
inline constexpr std::uint16_t type_dname = 39;

/// Wire form of presentation text: "\." is a dot inside a label, "\DDD" any octet.
octets to_wire(std::string_view name);

/// ASCII letters in lower case.
std::string lower(std::string_view text);

/// A query with one question, as it came.
struct dns_query {
  octets message;
  octets question;   // name, type and class, letters as they came
  std::string name;  // as they came, without the last dot
  std::uint16_t id = 0;
  std::uint16_t type = 0;
  bool over_tcp = false;
  std::uint16_t source_port = 0;

  /// Nothing when it is no query with one question.
  static std::optional<dns_query> parse(octets message);
};

struct dns_record {
  octets owner;
  std::uint16_t type = type_cname;
  octets data;
  std::uint16_t rr_class = 1;
};

dns_record cname_record(std::string_view owner, std::string_view target);
dns_record dname_record(std::string_view owner, std::string_view target);
dns_record ns_record(std::string_view owner, std::string_view server);
dns_record soa_record(std::string_view owner, unsigned serial = 1);
dns_record address_record(std::string_view owner, std::string_view address);  // A or AAAA
dns_record txt_record(std::string_view owner, const std::vector<std::string>& strings);

/// A reply; every part may be made wrong.
struct dns_reply {
  explicit dns_reply(const dns_query& to) : id{to.id}, question{to.question} {}

  std::uint16_t id;
  bool is_response = true;
  bool is_truncated = false;
  bool is_authoritative = false;
  bool is_authentic = false;
  unsigned opcode = 0;
  unsigned rcode = 0;
  octets question;
  std::uint16_t questions = 1;
  std::vector<dns_record> answers;
  std::vector<dns_record> authorities;
  std::vector<dns_record> additionals;
  std::optional<std::uint16_t> claimed_answers;  // instead of how many there are
  octets tail;                                   // raw octets behind the records

  octets message() const;
};

/// Says that the answer is only to be had over TCP.
dns_reply truncated_reply(const dns_query& to);

}  // namespace easydkim::tests
