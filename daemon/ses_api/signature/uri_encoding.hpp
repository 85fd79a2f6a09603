// SPDX-License-Identifier: Apache-2.0
// Percent-encoding as Signature Version 4 wants it: RFC 3986 section 2.3, upper-case digits, nothing spared.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace easydkim {

/// Appends `text` to `to`; every octet but A-Z a-z 0-9 - . _ ~ becomes %XX, also a "%" or a "/" that stands
/// there.
void append_uri_encoded(std::string& to, std::string_view text);

/// A name or value of a query string, decoded once: %XX is an octet and "+" a space, as HTML forms have it.
/// Whoever acts on a query string must read "+" the same way, or one signature would fit two meanings.
/// Nothing when a "%" is not followed by two hexadecimal digits.
std::optional<std::string> form_decoded(std::string_view text);

}  // namespace easydkim
