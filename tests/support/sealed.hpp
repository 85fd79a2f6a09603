// SPDX-License-Identifier: Apache-2.0
// Content of a record with its checksum, made by another library than the one that the store uses.
#pragma once

#include <boost/crc.hpp>
#include <string>
#include <utility>

#include "core/store/records/big_endian.hpp"

namespace easydkim::tests {

/// `content`, and behind it its CRC-32C.
inline std::string sealed(std::string content) {
  boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> sum;
  sum.process_bytes(content.data(), content.size());
  content += big_endian<4>{sum.checksum()}.bytes();
  return content;
}

}  // namespace easydkim::tests
