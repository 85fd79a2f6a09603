// SPDX-License-Identifier: Apache-2.0
// application/x-www-form-urlencoded, of a body or of the query of a URL, and what of it is text.
// https://www.w3.org/TR/html401/interact/forms.html#h-17.13.4.1
#pragma once

#include <boost/system/result.hpp>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/ses_api/call/api_error.hpp"

namespace easydkim {

/// Values by name, both decoded.
using form_members = std::map<std::string, std::string, std::less<>>;

/// Reads a form in which every name stands once and every value may stand in XML. Never throws on any octets.
/// Error: `malformed_query_string`.
boost::system::result<form_members, api_error> read_form(std::string_view text);

/// One segment of a path, decoded; nothing when it is not percent-encoding.
std::optional<std::string> decoded_segment(std::string_view segment);

/// Whether XML 1.0 can hold `text`: UTF-8 (RFC 3629) without control characters but TAB, LF and CR (section
/// 2.2 of XML).
bool is_xml_text(std::string_view text) noexcept;

}  // namespace easydkim
