// SPDX-License-Identifier: Apache-2.0
#include "daemon/operations/idna.hpp"

#include <idn2.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <new>
#include <string>

namespace easydkim {
namespace {

struct free_text {
  void operator()(char* text) const noexcept { idn2_free(text); }
};
using text_pointer = std::unique_ptr<char, free_text>;

errc error_of(int code) {
  switch (code) {
    case IDN2_MALLOC:
      throw std::bad_alloc{};
    case IDN2_TOO_BIG_LABEL:
    case IDN2_PUNYCODE_BIG_OUTPUT:
      return errc::domain_label_too_long;
    case IDN2_TOO_BIG_DOMAIN:
      return errc::domain_too_long;
    default:
      return errc::domain_bad_idn;
  }
}

/// The A-label of a label in Unicode. Precondition: no NUL in `text`.
result<std::string> to_ascii(const std::string& text) {
  char* out = nullptr;
  const int code = idn2_to_ascii_8z(text.c_str(), &out, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
  const text_pointer owner{out};
  if (code != IDN2_OK) return error_of(code);
  return std::string{out};
}

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// `text` with the wide forms of ASCII, as some keyboards write them, made ASCII, and with every kind of dot
/// made one (UTS #46 section 4 step 1): labels can be told apart then.
std::string narrowed(std::string_view text) {
  struct range {
    std::string_view first, last;  // in UTF-8, of three octets each
    char becomes;                  // the first of them
  };
  static constexpr std::array<range, 4> wide{{{"\xEF\xBC\x81", "\xEF\xBC\xBF", '!'},    // U+FF01 to U+FF3F
                                              {"\xEF\xBD\x80", "\xEF\xBD\x9E", '`'},    // U+FF40 to U+FF5E
                                              {"\xE3\x80\x82", "\xE3\x80\x82", '.'},    // U+3002
                                              {"\xEF\xBD\xA1", "\xEF\xBD\xA1", '.'}}};  // U+FF61
  std::string narrow;
  while (!text.empty()) {
    const std::string_view next = text.substr(0, 3);
    const auto is_in = [&](const range& each) {
      return next.size() == 3 && each.first <= next && next <= each.last;
    };
    const auto* const found = std::ranges::find_if(wide, is_in);
    if (found == wide.end()) {
      narrow += text.front();
      text.remove_prefix(1);
    } else {
      narrow += static_cast<char>(found->becomes + (next[2] - found->first[2]));
      text.remove_prefix(next.size());
    }
  }
  return narrow;
}

/// Each label in Unicode as its A-label, the others as they are.
result<std::string> with_a_labels(std::string_view text) {
  std::string name;
  for (;;) {
    const std::string_view label = text.substr(0, text.find('.'));
    if (is_ascii(label)) {
      name += label;
    } else {
      const auto ascii = to_ascii(std::string{label});
      if (!ascii) return ascii.error();
      name += *ascii;
    }
    if (label.size() == text.size()) return name;
    name += '.';
    text.remove_prefix(label.size() + 1);
  }
}

/// The digits of Punycode and how its bias moves (RFC 3492 sections 5 and 6.1).
namespace punycode {
constexpr std::uint32_t base = 36, t_min = 1, t_max = 26, skew = 38, damp = 700, first_bias = 72,
                        first_point = 0x80;

std::uint32_t digit_of(char c) {
  if (c >= 'a' && c <= 'z') return static_cast<std::uint32_t>(c - 'a');
  if (c >= '0' && c <= '9') return static_cast<std::uint32_t>(c - '0') + 26;
  return base;
}

std::uint32_t adapted(std::uint32_t delta, std::uint32_t points, bool is_first) {
  delta = is_first ? delta / damp : delta / 2;
  delta += delta / points;
  std::uint32_t k = 0;
  for (; delta > (base - t_min) * t_max / 2; k += base) delta /= base - t_min;
  return k + (base - t_min + 1) * delta / (delta + skew);
}
}  // namespace punycode

/// Neither a control character nor what Unicode says is none.
bool is_character(std::uint32_t point) {
  const bool is_surrogate = point >= 0xD800 && point <= 0xDFFF;
  return point >= 0xA0 && point <= 0x10FFFF && !is_surrogate && (point & 0xFFFE) != 0xFFFE;
}

/// Whether `text`, in lower case and behind its "xn--", stands for at least one character beyond ASCII (RFC
/// 3492 section 6.2). Which one, and where it stands, is nobody's business here.
bool is_punycode(std::string_view text) {
  using namespace punycode;
  const std::size_t hyphen = text.rfind('-');
  const bool has_ascii = hyphen != text.npos && hyphen != 0;
  std::uint32_t points = has_ascii ? static_cast<std::uint32_t>(hyphen) : 0;
  text.remove_prefix(has_ascii ? hyphen + 1 : 0);
  if (text.empty()) return false;

  std::uint64_t point = first_point, at = 0;
  for (std::uint32_t bias = first_bias; !text.empty();) {
    const std::uint64_t before = at;
    std::uint64_t weight = 1;
    for (std::uint32_t k = base;; k += base) {
      if (text.empty()) return false;
      const std::uint32_t digit = digit_of(text.front());
      text.remove_prefix(1);
      if (digit == base) return false;
      at += digit * weight;
      const std::uint32_t threshold = k <= bias ? t_min : std::min(k - bias, t_max);
      if (digit < threshold) break;
      weight *= base - threshold;
      if (at > UINT32_MAX || weight > UINT32_MAX) return false;
    }
    if (at > UINT32_MAX) return false;
    ++points;
    bias = adapted(static_cast<std::uint32_t>(at - before), points, before == 0);
    point += at / points;
    at %= points;
    if (point > UINT32_MAX || !is_character(static_cast<std::uint32_t>(point))) return false;
    ++at;
  }
  return true;
}

/// A name whose "xn--" labels, if any, are Punycode.
result<domain_name> read_ascii(std::string_view text) {
  const auto name = domain_name::parse(text);
  if (!name) return name;
  constexpr std::string_view prefix = "xn--";
  for (std::string_view rest = name->text();;) {
    const std::string_view label = rest.substr(0, rest.find('.'));
    if (label.starts_with(prefix) && !is_punycode(label.substr(prefix.size())))
      return errc::domain_bad_a_label;
    if (label.size() == rest.size()) return name;
    rest.remove_prefix(label.size() + 1);
  }
}

}  // namespace

result<domain_name> to_domain_name(std::string_view text) {
  if (text.size() > longest_domain_text) return errc::domain_too_long;
  if (is_ascii(text)) return read_ascii(text);
  if (text.find('\0') != text.npos) return errc::domain_bad_character;
  const auto ascii = with_a_labels(narrowed(text));
  if (!ascii) return ascii.error();
  return read_ascii(*ascii);
}

}  // namespace easydkim
