// SPDX-License-Identifier: Apache-2.0
#include "resolver/wire/message_record.hpp"

namespace easydkim {

std::optional<message_record> record_reader::next() noexcept {
  constexpr std::size_t fixed_octets = 10;  // type, class, TTL and length of RDATA
  const auto owner = message_name::read(message_, at_);
  if (!owner || message_.size() - owner->end() < fixed_octets) return std::nullopt;
  const std::size_t fixed = owner->end();
  const std::size_t data = fixed + fixed_octets;
  const std::size_t length = number_at(message_, fixed + 8);
  if (message_.size() - data < length) return std::nullopt;
  at_ = data + length;
  const std::uint32_t ttl = long_number_at(message_, fixed + 4);
  return message_record{.owner = *owner,
                        .type = rr_type{number_at(message_, fixed)},
                        .rr_class = number_at(message_, fixed + 2),
                        .ttl = ttl >> 31 != 0 ? 0 : ttl,
                        .data = data,
                        .data_end = at_};
}

std::optional<message_name> record_reader::target(const message_record& of) const noexcept {
  const auto name = message_name::read(message_, of.data);
  return name && name->end() == of.data_end ? name : std::nullopt;
}

}  // namespace easydkim
