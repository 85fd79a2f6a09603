// SPDX-License-Identifier: Apache-2.0
#include "core/printable.hpp"

namespace easydkim {

std::string printable(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    if (c >= ' ' && c <= '~') {
      safe += c;
    } else {
      const auto octet = static_cast<unsigned char>(c);
      safe += {'\\', static_cast<char>('0' + octet / 100), static_cast<char>('0' + octet / 10 % 10),
               static_cast<char>('0' + octet % 10)};
    }
  }
  return safe;
}

std::string excerpt(std::string_view text) {
  constexpr std::size_t longest = 100;
  std::string safe = printable(text.substr(0, longest));
  const bool is_cut = text.size() > longest || safe.size() > longest;
  if (safe.size() > longest) safe.resize(longest);
  return is_cut ? safe + "..." : safe;
}

}  // namespace easydkim
