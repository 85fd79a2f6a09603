// Bytes of stored evidence: decode never crashes, and what it takes is encoded to the same bytes again.
//
// The fuzzer cannot guess a checksum, so its input is tried as it is and with the right one behind it.
#include <boost/crc.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/store/big_endian.hpp"
#include "core/store/evidence_record.hpp"

namespace {

void must_round_trip(std::string_view bytes) {
  const auto decoded = easydkim::decode_evidence(bytes);
  if (decoded && easydkim::encode(*decoded) != bytes) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string bytes{reinterpret_cast<const char*>(data), size};
  must_round_trip(bytes);

  boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> sum;
  sum.process_bytes(bytes.data(), bytes.size());
  bytes += easydkim::big_endian<4>{sum.checksum()}.bytes();
  must_round_trip(bytes);
  return 0;
}
