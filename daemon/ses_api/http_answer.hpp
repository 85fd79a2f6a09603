// An answer over HTTP, before http_connection puts it on the wire.
#pragma once

#include <string>
#include <string_view>

namespace easydkim {

struct http_answer {
  unsigned status = 200;
  std::string_view content_type = "text/plain";  // a constant
  std::string body;
  std::string request_id;            // X-Amzn-RequestId; empty: no such header
  std::string_view error_type = {};  // X-Amzn-ErrorType, a constant; empty: no such header
};

}  // namespace easydkim
