#include "daemon/idna.hpp"

#include <idn2.h>

#include <algorithm>
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

/// Precondition for both: no NUL in `text`.
result<std::string> to_ascii(const std::string& text) {
  char* out = nullptr;
  const int code = idn2_to_ascii_8z(text.c_str(), &out, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
  const text_pointer owner{out};
  if (code != IDN2_OK) return error_of(code);
  return std::string{out};
}

result<std::string> to_unicode(const std::string& text) {
  char* out = nullptr;
  const int code = idn2_to_unicode_8z8z(text.c_str(), &out, 0);
  const text_pointer owner{out};
  if (code != IDN2_OK) return error_of(code);
  return std::string{out};
}

bool has_a_label(const std::string& name) {
  return name.starts_with("xn--") || name.find(".xn--") != name.npos;
}

/// A name whose "xn--" labels, if any, are what their Unicode form gives (RFC 5891 section 5.4).
result<domain_name> read_ascii(std::string_view text) {
  const auto name = domain_name::parse(text);
  if (!name || !has_a_label(name->text())) return name;
  const auto unicode = to_unicode(name->text());
  if (!unicode) return unicode.error();
  const auto again = to_ascii(*unicode);
  if (!again) return again.error();
  if (*again != name->text()) return errc::domain_bad_idn;
  return name;
}

}  // namespace

result<domain_name> to_domain_name(std::string_view text) {
  if (text.size() > longest_domain_text) return errc::domain_too_long;
  if (std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; }))
    return read_ascii(text);
  if (text.find('\0') != text.npos) return errc::domain_bad_character;
  const auto ascii = to_ascii(std::string{text});
  if (!ascii) return ascii.error();
  return read_ascii(*ascii);
}

}  // namespace easydkim
