// SPDX-License-Identifier: Apache-2.0
// Bytes of stored evidence: decode never crashes, and what it takes is encoded to the same bytes again.
//
// The fuzzer cannot guess a checksum, so its input is tried as it is and with the right one behind it.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/store/records/evidence_record.hpp"
#include "tests/support/sealed.hpp"

namespace {

void must_round_trip(std::string_view bytes) {
  const auto decoded = easydkim::decode_evidence(bytes);
  if (decoded && easydkim::encode(*decoded) != bytes) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes{reinterpret_cast<const char*>(data), size};
  must_round_trip(bytes);
  must_round_trip(easydkim::tests::sealed(bytes));
  return 0;
}
