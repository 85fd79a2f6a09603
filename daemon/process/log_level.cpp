// SPDX-License-Identifier: Apache-2.0
#include "daemon/process/log_level.hpp"

#include <algorithm>
#include <array>

namespace easydkim {
namespace {

constexpr std::array<std::string_view, 5> words{"trace", "debug", "info", "warning", "error"};

}  // namespace

std::string_view to_string(log_level level) noexcept {
  return words[static_cast<std::size_t>(level)];
}

std::optional<log_level> log_level_from_string(std::string_view word) noexcept {
  const auto at = std::ranges::find(words, word);
  if (at == words.end()) return std::nullopt;
  return static_cast<log_level>(at - words.begin());
}

}  // namespace easydkim
