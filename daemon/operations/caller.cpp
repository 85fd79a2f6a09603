// SPDX-License-Identifier: Apache-2.0
#include "daemon/operations/caller.hpp"

#include <array>

#include "core/printable.hpp"

namespace easydkim {
namespace {

std::string_view word(caller::kind is) noexcept {
  constexpr std::array<std::string_view, 2> words{"uid", "key"};  // in the order of the kinds
  return words[static_cast<std::size_t>(is)];
}

std::string text(const caller& who, std::string_view between) {
  return std::string{word(who.is)}.append(between).append(excerpt(who.id));
}

}  // namespace

std::string to_string(const caller& who) {
  return text(who, ":");
}

std::string in_words(const caller& who) {
  return "account " + who.account + ", by " + text(who, " ");
}

}  // namespace easydkim
