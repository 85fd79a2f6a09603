// SPDX-License-Identifier: Apache-2.0
#include "daemon/config/quantity.hpp"

#include <array>
#include <charconv>
#include <limits>
#include <span>

namespace easydkim {
namespace {

struct unit {
  std::string_view name;
  std::uint64_t worth;
};

// From the smallest to the largest, each a multiple of the one before.
constexpr std::array times{unit{"ms", 1}, unit{"s", 1000}, unit{"m", 60'000}, unit{"h", 3'600'000},
                           unit{"d", 86'400'000}};
constexpr std::array sizes{unit{"B", 1}, unit{"KiB", 1ULL << 10}, unit{"MiB", 1ULL << 20},
                           unit{"GiB", 1ULL << 30}, unit{"TiB", 1ULL << 40}};

std::optional<std::uint64_t> read(std::string_view text, std::span<const unit> units) noexcept {
  constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, fault] = std::from_chars(text.data(), end, number);
  if (fault != std::errc{}) return std::nullopt;
  for (const unit& each : units)
    if (std::string_view{rest, end} == each.name)
      return number > most / each.worth ? std::nullopt : std::optional{number * each.worth};
  return std::nullopt;
}

std::string write(std::uint64_t amount, std::span<const unit> units) {
  const unit* best = &units.front();
  for (const unit& each : units)
    if (amount != 0 && amount % each.worth == 0) best = &each;
  return std::to_string(amount / best->worth).append(best->name);
}

}  // namespace

std::optional<duration> duration_from_string(std::string_view text) noexcept {
  const auto read_as = read(text, times);
  if (!read_as) return std::nullopt;
  return duration{static_cast<duration::rep>(*read_as)};
}

std::string to_string(duration span) {
  return write(static_cast<std::uint64_t>(span.count()), std::span{times}.first<4>());
}

std::optional<std::uint64_t> size_from_string(std::string_view text) noexcept {
  return read(text, sizes);
}

std::string size_to_string(std::uint64_t octets) {
  return write(octets, sizes);
}

}  // namespace easydkim
