// SPDX-License-Identifier: Apache-2.0
#include "daemon/ses_api/call/form_text.hpp"

#include <algorithm>
#include <boost/url/parse_query.hpp>
#include <boost/url/pct_string_view.hpp>
#include <cstdint>
#include <utility>

#include "core/printable.hpp"

namespace easydkim {

namespace urls = boost::urls;

namespace {

/// In a form, "+" is a space; in a path it is itself.
const urls::encoding_opts in_a_form{true};

api_error malformed(std::string message) {
  return {api_fault::malformed_query_string, std::move(message)};
}

/// The shape of a character in UTF-8 that begins with `lead`: how many octets follow, and which the first of
/// them may be (RFC 3629 section 4). Nothing when no character begins so.
struct utf8_shape {
  std::size_t following;
  std::uint8_t least, most;
};
std::optional<utf8_shape> shape_of(std::uint8_t lead) noexcept {
  if (lead < 0x80) return utf8_shape{0, 0, 0};
  if (lead < 0xC2) return std::nullopt;
  if (lead < 0xE0) return utf8_shape{1, 0x80, 0xBF};
  if (lead < 0xF0)
    return utf8_shape{2, std::uint8_t(lead == 0xE0 ? 0xA0 : 0x80), std::uint8_t(lead == 0xED ? 0x9F : 0xBF)};
  if (lead < 0xF5)
    return utf8_shape{3, std::uint8_t(lead == 0xF0 ? 0x90 : 0x80), std::uint8_t(lead == 0xF4 ? 0x8F : 0xBF)};
  return std::nullopt;
}

bool is_forbidden(std::string_view character) noexcept {
  if (character.size() == 1)
    return character[0] < ' ' && std::string_view{"\t\n\r"}.find(character[0]) == std::string_view::npos;
  return character == "\xEF\xBF\xBE" || character == "\xEF\xBF\xBF";  // U+FFFE, U+FFFF
}

}  // namespace

bool is_xml_text(std::string_view text) noexcept {
  while (!text.empty()) {
    const auto octet = [&](std::size_t at) { return static_cast<std::uint8_t>(text[at]); };
    const std::optional<utf8_shape> shape = shape_of(octet(0));
    if (!shape || text.size() <= shape->following) return false;
    for (std::size_t i = 1; i <= shape->following; ++i) {
      const bool first = i == 1;
      if (octet(i) < (first ? shape->least : 0x80) || octet(i) > (first ? shape->most : 0xBF)) return false;
    }
    const std::size_t length = 1 + shape->following;
    if (is_forbidden(text.substr(0, length))) return false;
    text.remove_prefix(length);
  }
  return true;
}

boost::system::result<form_members, api_error> read_form(std::string_view text) {
  form_members members;
  if (text.empty()) return members;
  // A copy that ends in NUL: Boost.URL 1.81 takes the last value to reach up to the next NUL, wherever that
  // is.
  const std::string terminated{text};
  const auto parsed = urls::parse_query(terminated);
  if (!parsed)
    return malformed(
        "The parameters are not a form; send name=value pairs, percent-encoded and joined by &.");
  for (const urls::param_pct_view each : *parsed) {
    std::string name = each.key.decode(in_a_form), value = each.value.decode(in_a_form);
    if (name.empty() && value.empty()) continue;  // "&&", or one "&" at the end
    if (!is_xml_text(name) || !is_xml_text(value))
      return malformed("The parameter '" + excerpt(name) +
                       "' is not text; send UTF-8 without control characters.");
    const auto [place, is_new] = members.try_emplace(std::move(name), std::move(value));
    if (!is_new)
      return malformed("The parameter '" + excerpt(place->first) + "' stands there twice; send it once.");
  }
  return members;
}

std::optional<std::string> decoded_segment(std::string_view segment) {
  const auto parsed = urls::make_pct_string_view(segment);
  if (!parsed) return std::nullopt;
  return parsed->decode();
}

}  // namespace easydkim
