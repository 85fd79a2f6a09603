// SPDX-License-Identifier: Apache-2.0
// Any octets as a form: read or refused, and what was read can be put into XML.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "daemon/ses_api/call/api_refusal.hpp"
#include "daemon/ses_api/query/query_request.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace easydkim;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const std::string_view body = text.substr(std::min(text.size(), text.find('\n')));
  const auto read = query_request::read({.method = "POST",
                                         .target = text.substr(0, text.size() - body.size()),
                                         .headers = {},
                                         .body = body.substr(std::min<std::size_t>(body.size(), 1))});
  if (!read) {
    if (!is_xml_text(read.error().message)) std::abort();
    return 0;
  }
  if (read->action().empty() || !is_xml_text(read->action())) std::abort();
  try {
    const auto names = read->texts("Identities", 100);
    if (names.size() > 100) std::abort();
    for (const std::string& each : names)
      if (!is_xml_text(each)) std::abort();
    static_cast<void>(read->optional_number("MaxItems"));
    static_cast<void>(read->boolean("DkimEnabled"));
  } catch (const api_refusal& why) {
    if (!is_xml_text(why.what())) std::abort();
  }
  return 0;
}
