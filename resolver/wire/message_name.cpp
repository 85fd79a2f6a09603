// SPDX-License-Identifier: Apache-2.0
#include "resolver/wire/message_name.hpp"

#include <algorithm>

namespace easydkim {
namespace {

constexpr std::size_t header_octets = 12;
constexpr std::size_t longest_name = 255;
constexpr std::size_t most_pointers =
    127;  // as many as there may be labels; one that leads to another says nothing

// The two high bits of the octet that begins a label (RFC 1035 section 4.1.4).
constexpr std::uint8_t label_type = 0xC0;
constexpr std::uint8_t pointer = 0xC0;

constexpr std::size_t target_of(std::span<const std::uint8_t> message, std::size_t at) {
  return static_cast<std::size_t>(message[at] & ~label_type) << 8 | message[at + 1];
}

constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

/// What follows in `rest` is exactly the labels of `text`.
bool matches(message_name::labels rest, std::string_view text) noexcept {
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('.', begin), text.size());
    const auto label = rest.next();
    if (!label || !equal_ignoring_case(*label, text.substr(begin, end - begin))) return false;
    begin = end + 1;
  }
  return !rest.next();
}

void append_escaped(std::string& text, std::string_view label) {
  constexpr std::string_view special = "\"$().;@\\";  // what zone files give a meaning
  for (const char c : label) {
    const auto octet = static_cast<unsigned char>(c);
    if (octet <= ' ' || octet > '~') {
      text += {'\\', static_cast<char>('0' + octet / 100), static_cast<char>('0' + octet / 10 % 10),
               static_cast<char>('0' + octet % 10)};
      continue;
    }
    if (special.find(c) != special.npos) text += '\\';
    text += lower(c);
  }
}

}  // namespace

bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
  return std::ranges::equal(a, b, {}, lower, lower);
}

std::optional<message_name> message_name::read(std::span<const std::uint8_t> message,
                                               std::size_t at) noexcept {
  std::size_t here = at;
  std::size_t lowest = at;  // a pointer must go below everything that was read
  std::size_t length = 0;
  std::size_t pointers = 0;
  std::optional<std::size_t> end;
  while (here < message.size()) {
    const std::uint8_t octet = message[here];
    if ((octet & label_type) == pointer) {
      if (here + 1 >= message.size()) return std::nullopt;
      if (!end) end = here + 2;
      here = target_of(message, here);
      if (here < header_octets || here >= lowest || ++pointers > most_pointers) return std::nullopt;
      lowest = here;
      continue;
    }
    length += 1U + octet;
    if ((octet & label_type) != 0 || length > longest_name) return std::nullopt;
    here += 1U + octet;
    if (octet == 0) return message_name{message, at, end.value_or(here)};
  }
  return std::nullopt;
}

std::optional<std::string_view> message_name::labels::next() noexcept {
  while ((message_[at_] & label_type) == pointer) at_ = target_of(message_, at_);
  const std::size_t length = message_[at_];
  if (length == 0) return std::nullopt;
  const std::string_view label{reinterpret_cast<const char*>(message_.data()) + at_ + 1, length};
  at_ += 1 + length;
  return label;
}

bool message_name::operator==(const message_name& other) const noexcept {
  labels mine = each();
  labels theirs = other.each();
  for (;;) {
    const auto a = mine.next();
    const auto b = theirs.next();
    if (!a || !b) return !a && !b;
    if (!equal_ignoring_case(*a, *b)) return false;
  }
}

bool message_name::is(std::string_view label, std::string_view suffix) const noexcept {
  labels rest = each();
  const auto first = rest.next();
  return first && equal_ignoring_case(*first, label) && matches(rest, suffix);
}

std::string message_name::text() const {
  std::string shown;
  labels rest = each();
  while (const auto label = rest.next()) {
    if (!shown.empty()) shown += '.';
    append_escaped(shown, *label);
  }
  return shown.empty() ? "." : shown;
}

}  // namespace easydkim
