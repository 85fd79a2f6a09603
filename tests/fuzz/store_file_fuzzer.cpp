// SPDX-License-Identifier: Apache-2.0
// A store with some octets of its file changed: refused in a sentence, or read to its end.
//
// Four octets of the input change one of the file: its page, its place there (two) and its value.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "tests/support/scratch_store.hpp"

namespace {

using namespace easydkim;
using namespace easydkim::tests;

constexpr std::size_t page_size = 4096;
constexpr std::uint64_t store_size = 4 * mebibyte;

struct pristine_store {
  pristine_store() {
    {
      identity_store store{directory.store(), store_size};
      if (!fill(store, 0, 40) || !fill(store, 40, 60)) std::abort();
    }
    std::ifstream in{file(), std::ios::binary};
    whole.assign(std::istreambuf_iterator<char>{in}, {});
  }
  std::filesystem::path file() const { return directory.store() / "data.mdb"; }

  scratch_directory directory;
  std::string whole;
};

void read_all(const pristine_store& damaged) {
  try {
    const identity_store store{damaged.directory.store(), store_size};
    store.each([&](const identity& each) { static_cast<void>(store.evidence_of(each.id)); });
    static_cast<void>(store.list("default", "", 100));
    static_cast<void>(store.usage());
  } catch (const store_unusable&) {
  } catch (const store_broken&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const pristine_store pristine;
  constexpr std::size_t a_change = 4, most_changes = 64;
  std::string damaged = pristine.whole;
  for (std::size_t at = 0; at + a_change <= std::min(size, most_changes * a_change); at += a_change) {
    const std::size_t page = data[at] % (damaged.size() / page_size);
    const auto place = static_cast<std::size_t>(data[at + 1] << 8 | data[at + 2]) % page_size;
    damaged[page * page_size + place] = static_cast<char>(data[at + 3]);
  }
  std::ofstream{pristine.file(), std::ios::binary | std::ios::trunc} << damaged;
  read_all(pristine);
  return 0;
}
