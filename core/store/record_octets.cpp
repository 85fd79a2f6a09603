#include "core/store/record_octets.hpp"

#include <boost/crc.hpp>

namespace easydkim {
namespace {

constexpr std::size_t checksum_octets = 4;

std::uint32_t crc32c(std::string_view bytes) {
  boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> sum;
  sum.process_bytes(bytes.data(), bytes.size());
  return sum.checksum();
}

}  // namespace

std::optional<std::string_view> checked_content(std::string_view bytes) {
  if (bytes.size() <= checksum_octets) return std::nullopt;
  const std::string_view content = bytes.substr(0, bytes.size() - checksum_octets);
  if (crc32c(content) != from_big_endian(bytes.substr(content.size()))) return std::nullopt;
  return content;
}

std::string record_writer::finished() && {
  const big_endian<checksum_octets> sum{crc32c(bytes_)};
  bytes_ += sum.bytes();
  return std::move(bytes_);
}

}  // namespace easydkim
