// SPDX-License-Identifier: Apache-2.0
#include "client/connection/json_members.hpp"

#include <cstdint>

namespace easydkim {
namespace {

/// The shape of a UTF-8 sequence by its first octet (RFC 3629 section 4).
struct sequence {
  unsigned char first_from, first_to;
  unsigned char second_from, second_to;
  std::size_t length;
};
constexpr sequence sequences[] = {
    {0x00, 0x7F, 0x00, 0xFF, 1}, {0xC2, 0xDF, 0x80, 0xBF, 2}, {0xE0, 0xE0, 0xA0, 0xBF, 3},
    {0xE1, 0xEC, 0x80, 0xBF, 3}, {0xED, 0xED, 0x80, 0x9F, 3}, {0xEE, 0xEF, 0x80, 0xBF, 3},
    {0xF0, 0xF0, 0x90, 0xBF, 4}, {0xF1, 0xF3, 0x80, 0xBF, 4}, {0xF4, 0xF4, 0x80, 0x8F, 4},
};

unsigned char octet(std::string_view text, std::size_t at) {
  return static_cast<unsigned char>(text[at]);
}

bool fits(const sequence& shape, std::string_view text) {
  if (octet(text, 0) < shape.first_from || octet(text, 0) > shape.first_to) return false;
  if (text.size() < shape.length) return false;
  if (shape.length > 1 && (octet(text, 1) < shape.second_from || octet(text, 1) > shape.second_to))
    return false;
  for (std::size_t i = 2; i < shape.length; ++i)
    if (octet(text, i) < 0x80 || octet(text, i) > 0xBF) return false;
  return true;
}

}  // namespace

std::string text_of(const json::object& from, std::string_view member) {
  const json::value* found = from.if_contains(member);
  const json::string* text = found ? found->if_string() : nullptr;
  return text ? std::string{text->data(), text->size()} : std::string{};
}

bool flag_of(const json::object& from, std::string_view member) {
  const json::value* found = from.if_contains(member);
  const bool* flag = found ? found->if_bool() : nullptr;
  return flag && *flag;
}

double number_of(const json::object& from, std::string_view member) {
  const json::value* found = from.if_contains(member);
  return found && found->is_number() ? found->to_number<double>() : 0.0;
}

const json::object& object_of(const json::object& from, std::string_view member) {
  static const json::object empty;
  const json::value* found = from.if_contains(member);
  const json::object* object = found ? found->if_object() : nullptr;
  return object ? *object : empty;
}

const json::array& list_of(const json::object& from, std::string_view member) {
  static const json::array empty;
  const json::value* found = from.if_contains(member);
  const json::array* list = found ? found->if_array() : nullptr;
  return list ? *list : empty;
}

std::string one_line(const json::value& value) {
  constexpr std::string_view hex = "0123456789abcdef";
  const std::string text = json::serialize(value);
  std::string safe;
  safe.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    // U+0080 to U+009F are the octet C2 and one of 80 to 9F.
    const bool is_c1 = octet(text, i) == 0xC2 && i + 1 < text.size() && octet(text, i + 1) <= 0x9F;
    if (!is_c1 && text[i] != '\x7F') {
      safe += text[i];
      continue;
    }
    if (is_c1) ++i;
    safe += "\\u00";
    safe += {hex[octet(text, i) >> 4], hex[octet(text, i) & 0xF]};
  }
  return safe;
}

bool is_utf8(std::string_view text) noexcept {
  while (!text.empty()) {
    const sequence* shape = nullptr;
    for (const sequence& each : sequences)
      if (fits(each, text)) shape = &each;
    if (!shape) return false;
    text.remove_prefix(shape->length);
  }
  return true;
}

}  // namespace easydkim
