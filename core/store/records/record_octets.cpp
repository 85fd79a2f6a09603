// SPDX-License-Identifier: Apache-2.0
#include "core/store/records/record_octets.hpp"

#include <isa-l/crc.h>

namespace easydkim {
namespace {

constexpr std::size_t checksum_octets = 4;

/// ISA-L takes what it only reads as mutable, and leaves the inversions of the value to the caller.
std::uint32_t crc32c(std::string_view bytes) {
  auto* const begin = reinterpret_cast<unsigned char*>(const_cast<char*>(bytes.data()));
  return ~crc32_iscsi(begin, static_cast<int>(bytes.size()), ~0U);
}

}  // namespace

std::optional<std::string_view> checked_content(std::string_view bytes) {
  if (bytes.size() <= checksum_octets) return std::nullopt;
  const std::string_view content = bytes.substr(0, bytes.size() - checksum_octets);
  if (crc32c(content) != from_big_endian(bytes.substr(content.size()))) return std::nullopt;
  return content;
}

std::string octet_writer::finished() && {
  const big_endian<checksum_octets> sum{crc32c(bytes_)};
  bytes_ += sum.bytes();
  return std::move(bytes_);
}

}  // namespace easydkim
