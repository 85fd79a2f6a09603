// SPDX-License-Identifier: Apache-2.0
// When a request was signed, as its header or its query string says it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/time_point.hpp"

namespace easydkim {

struct signing_time {
  std::string text;  // "20150830T123600Z": what was signed
  time_point at;

  std::string_view day() const noexcept { return std::string_view{text}.substr(0, 8); }
};

/// "20150830T123600Z" (ISO 8601, basic form, UTC) and nothing else; the form of X-Amz-Date.
std::optional<signing_time> signing_time_from_iso8601(std::string_view text);

/// "Sun, 30 Aug 2015 12:36:00 GMT" (RFC 9110 section 5.6.7; also with +0000 or -0000, as botocore writes it),
/// or the form above; for the header Date.
std::optional<signing_time> signing_time_from_http_date(std::string_view text);

}  // namespace easydkim
