// SPDX-License-Identifier: Apache-2.0
// Any octets as a request of SES v2: read or refused, and whatever is refused is said in text.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "daemon/ses_api/call/api_refusal.hpp"
#include "daemon/ses_api/v2/json_request.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace easydkim;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const std::string_view body = text.substr(std::min(text.size(), text.find('\n')));
  const auto read = json_request::read({.method = "POST",
                                        .target = text.substr(0, text.size() - body.size()),
                                        .headers = {},
                                        .body = body.substr(std::min<std::size_t>(body.size(), 1))});
  if (!read) {
    if (!is_xml_text(read.error().message)) std::abort();
    return 0;
  }
  for (const std::string& each : read->path())
    if (!is_xml_text(each)) std::abort();
  try {
    static_cast<void>(read->has("Tags"));
    static_cast<void>(read->query_number("PageSize"));
    if (!is_xml_text(read->text("EmailIdentity"))) return 0;  // JSON may hold \u0000; operations refuse it
    static_cast<void>(read->boolean("SigningEnabled"));
  } catch (const api_refusal& why) {
    if (!is_xml_text(why.what())) std::abort();
  }
  return 0;
}
