// SPDX-License-Identifier: Apache-2.0
// Any octets as a signed request: no crash, and never accepted, because nobody can guess a signature. What is
// canonical once stays as it is.
//
// The first line is method and target, the next are headers up to an empty line, the rest is the body. The
// same request is tried once more with the rest of a well-formed signature, so that all of the code is
// reached.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/ses_api/signature/canonical_request.hpp"
#include "daemon/ses_api/signature/sigv4.hpp"

namespace {

using namespace easydkim;

std::string_view line_of(std::string_view& text) {
  const auto end = std::min(text.find('\n'), text.size());
  const auto line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

void must_be_refused(const http_request& request) {
  static const credentials keys{{{"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "default"}}};
  const auto account = authenticate(request, keys, {}, time_point{std::chrono::seconds{1440938160}});
  if (account || account.error().message.find('\n') != std::string::npos) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest{reinterpret_cast<const char*>(data), size};
  const std::string_view first = line_of(rest);
  std::vector<http_header> headers;
  while (!rest.empty()) {
    const std::string_view line = line_of(rest);
    if (line.empty()) break;
    const auto colon = std::min(line.find(':'), line.size());
    headers.push_back({line.substr(0, colon), line.substr(std::min(colon + 1, line.size()))});
  }
  const auto space = std::min(first.find(' '), first.size());
  http_request request{.method = first.substr(0, space),
                       .target = first.substr(std::min(space + 1, first.size())),
                       .headers = headers,
                       .body = rest};
  must_be_refused(request);

  std::string names = "host";
  for (const http_header& each : headers) names.append(";").append(each.name);
  const std::string signature =
      "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/ses/aws4_request, SignedHeaders=" + names +
      ";x-amz-date, Signature=" + std::string(64, '0');
  headers.insert(headers.end(),
                 {{"Host", "a"}, {"X-Amz-Date", "20150830T123600Z"}, {"Authorization", signature}});
  request.headers = headers;
  request.method = "POST";
  const std::string target = '/' + std::string{request.target};
  request.target = target;
  must_be_refused(request);

  if (const auto parameters = decoded_query(request.query())) {
    const std::string canonical = canonical_query(*parameters);
    const auto again = decoded_query(canonical);
    if (!again || canonical_query(*again) != canonical) std::abort();
  }
  const std::string path = canonical_path(request.path());
  if (!path.starts_with('/') || path.find("//") != path.npos || path.find('\n') != path.npos) std::abort();
  return 0;
}
