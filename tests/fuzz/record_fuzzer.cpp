// SPDX-License-Identifier: Apache-2.0
// Bytes of a stored record: decode never crashes, and what it takes has the summary that is read without
// decoding, and is encoded to what means the same: of the versions that are written, to the same bytes.
//
// The fuzzer cannot guess a checksum, so its input is tried as it is and with the right one behind it.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/store/records/record.hpp"
#include "tests/support/sealed.hpp"

namespace {

constexpr char oldest_version_written = 5;
const easydkim::suffix_table suffixes{{"dkim.example.net", "dkim.example.org"}, 2};

void must_round_trip(std::string_view bytes) {
  const auto decoded = easydkim::decode(bytes, suffixes);
  const auto summary = easydkim::decode_summary(bytes, suffixes);
  if (!decoded) return;
  const std::string again = easydkim::encode(*decoded, suffixes);
  const bool is_old = bytes.front() < oldest_version_written;
  if (is_old ? easydkim::decode(again, suffixes) != decoded : again != bytes) std::abort();
  if (summary != easydkim::summary_of(*decoded)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes{reinterpret_cast<const char*>(data), size};
  must_round_trip(bytes);
  must_round_trip(easydkim::tests::sealed(bytes));
  return 0;
}
