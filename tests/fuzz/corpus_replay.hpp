// The fuzzers' bodies by name, for compilers without libFuzzer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace easydkim::tests {

struct fuzz_target {
  std::string_view name;  // "dns_answer"
  int (*run)(const std::uint8_t* octets, std::size_t size);
};

/// Written by the build from the names of the fuzzers.
std::span<const fuzz_target> fuzz_targets();

}  // namespace easydkim::tests
