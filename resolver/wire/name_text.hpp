// SPDX-License-Identifier: Apache-2.0
// Names of the DNS as text, in lower case and without the last dot: who is above whom. The root is ".".
#pragma once

#include <string>
#include <string_view>

namespace easydkim {

/// True for `ancestor` itself and every name below it. A dot inside a label ("\.") is no separator.
constexpr bool is_at_or_below(std::string_view name, std::string_view ancestor) noexcept {
  if (ancestor == "." || name == ancestor) return true;
  if (name.size() < ancestor.size() + 2 || !name.ends_with(ancestor)) return false;
  const std::size_t dot = name.size() - ancestor.size() - 1;
  std::size_t backslashes = 0;
  while (backslashes < dot && name[dot - 1 - backslashes] == '\\') ++backslashes;
  return name[dot] == '.' && backslashes % 2 == 0;
}

constexpr bool is_below(std::string_view name, std::string_view ancestor) noexcept {
  return name != ancestor && is_at_or_below(name, ancestor);
}

/// "example.com" of "www.example.com", "." of "com". Precondition: a host name, or "_label" and a host name.
constexpr std::string_view parent_of(std::string_view name) noexcept {
  const std::size_t dot = name.find('.');
  return dot == name.npos || dot + 1 == name.size() ? std::string_view{"."} : name.substr(dot + 1);
}

/// A name as servers have: without octets that need escaping, and not the root.
constexpr bool is_server_name(std::string_view name) noexcept {
  return name != "." && name.find('\\') == name.npos;
}

}  // namespace easydkim
