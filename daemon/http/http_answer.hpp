// SPDX-License-Identifier: Apache-2.0
// An answer over HTTP, before http_connection puts it on the wire.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace easydkim {

struct http_field {
  std::string_view name;  // a constant
  std::string value;
};

struct http_answer {
  unsigned status = 200;
  std::string_view content_type = "text/plain";  // a constant
  std::string body = {};
  std::vector<http_field> headers = {};  // beside those of every answer

  /// The value of one of `headers`; empty when it is not there.
  std::string_view header(std::string_view name) const noexcept {
    for (const http_field& each : headers)
      if (each.name == name) return each.value;
    return {};
  }
};

}  // namespace easydkim
