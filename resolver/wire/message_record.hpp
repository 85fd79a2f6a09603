// SPDX-License-Identifier: Apache-2.0
// The resource records of a DNS message, read in place, one after the other (RFC 1035 section 4.1.3).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "resolver/wire/dns_question.hpp"
#include "resolver/wire/message_name.hpp"

namespace easydkim {

using octets = std::span<const std::uint8_t>;

/// The two octets at `at`, which must be in `message`.
constexpr std::uint16_t number_at(octets message, std::size_t at) noexcept {
  return static_cast<std::uint16_t>(message[at] << 8 | message[at + 1]);
}

/// The four octets at `at`, which must be in `message`.
constexpr std::uint32_t long_number_at(octets message, std::size_t at) noexcept {
  return static_cast<std::uint32_t>(number_at(message, at)) << 16 | number_at(message, at + 2);
}

struct message_record {
  message_name owner;
  rr_type type;
  std::uint16_t rr_class;
  std::uint32_t ttl;           // seconds; a value with the highest bit counts as 0 (RFC 2181 section 8)
  std::size_t data, data_end;  // where RDATA stands in the message

  bool is_in_class_in() const noexcept { return rr_class == 1; }
};

/// A view: the message must outlive it.
class record_reader {
 public:
  record_reader(octets message, std::size_t at) noexcept : message_{message}, at_{at} {}

  /// Nothing when the record leaves the message.
  std::optional<message_record> next() noexcept;

  /// The name that fills the RDATA of `of`; nothing when it is no name, or not all of it.
  std::optional<message_name> target(const message_record& of) const noexcept;

  /// The RDATA of `of`.
  octets data(const message_record& of) const noexcept {
    return message_.subspan(of.data, of.data_end - of.data);
  }

 private:
  octets message_;
  std::size_t at_;
};

}  // namespace easydkim
