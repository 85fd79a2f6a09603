// SPDX-License-Identifier: Apache-2.0
// A directory for a store that lives as long as a test, and identities to put into it.
#pragma once

#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>

#include "core/store/identity_store.hpp"
#include "core/store/write_group.hpp"

namespace easydkim::tests {

/// In memory where there is such a file system: tests make thousands of commits, and none sees a power cut.
class scratch_directory {
 public:
  scratch_directory() {
    const std::filesystem::path memory = "/dev/shm";
    const auto parent = ::access(memory.c_str(), W_OK) == 0 ? memory : std::filesystem::temp_directory_path();
    std::string name = (parent / "easydkim-store-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error{"no temporary directory"};
    path_ = name;
  }
  ~scratch_directory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  scratch_directory(const scratch_directory&) = delete;
  scratch_directory& operator=(const scratch_directory&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path store() const { return path_ / "store"; }

 private:
  std::filesystem::path path_;
};

inline domain_name domain(std::string_view text) {
  return domain_name::parse(text).value();
}

/// Tokens that differ for every `seed`.
inline token_set tokens_of(std::uint64_t seed) {
  std::array<std::uint8_t, records_per_identity * token::octets> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<std::uint8_t>((seed >> (i % 8 * 8)) + i / token::octets * 85 + i);
  return make_tokens(bytes);
}

/// In the place of SHA-256: other texts almost surely have another one.
inline std::array<std::uint8_t, 32> toy_digest(std::string_view text) {
  std::array<std::uint8_t, 32> digest{};
  std::uint64_t mix = std::hash<std::string_view>{}(text);
  for (std::uint8_t& each : digest) {
    mix = (mix ^ mix >> 30) * 0xBF58476D1CE4E5B9 + 0x9E3779B97F4A7C15;
    each = static_cast<std::uint8_t>(mix >> 56);
  }
  return digest;
}

inline constexpr time_point noon{std::chrono::hours{500'000}};

inline identity fresh(std::string_view name, std::string_view account = "default", std::uint64_t seed = 1) {
  return issued({.account = std::string{account}, .domain = domain(name), .tokens = tokens_of(seed)}, noon);
}

/// "d000017.example"
inline std::string name_of(std::size_t number) {
  const std::string digits = std::to_string(number);
  return "d" + std::string(digits.size() < 6 ? 6 - digits.size() : 0, '0') + digits + ".example";
}

/// Inserts identities `from` to `to` - 1 in one group and commits it.
inline result<void> fill(identity_store& store, std::size_t from, std::size_t to) {
  write_group group{store};
  for (std::size_t i = from; i < to; ++i)
    if (const auto added = group.insert(fresh(name_of(i), "default", i)); !added) return added.error();
  return group.commit();
}

inline constexpr std::uint64_t mebibyte = 1024 * 1024;

}  // namespace easydkim::tests
