// SPDX-License-Identifier: Apache-2.0
// Any octets as a line of the control socket, over real operations and a real store: the answer is one line
// of JSON-RPC, or nothing.
//
// A fuzzer seldom writes a whole request, so the first octet may choose one, in which the rest stands for
// each $.
#include <array>
#include <boost/json/parse.hpp>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "tests/support/scratch_daemon.hpp"

namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 15> requests{
    R"("VerifyDomainDkim","params":{"Domain":"$"}})",
    R"("VerifyDomainDkim","params":{"Domain":"$.example.com","Account":"a"}})",
    R"("VerifyDomainDkim","params":{"Domain":"example.com","Account":"$"}})",
    R"("GetIdentityDkimAttributes","params":{"Identities":["$","a@$.example.com"]}})",
    R"("SetIdentityDkimEnabled","params":{"Identity":"$.example.com","DkimEnabled":false}})",
    R"("ListIdentities","params":{"NextToken":"$","MaxItems":1}})",
    R"("ListIdentities","params":$})",
    R"("DeleteIdentity","params":{"Identity":"$.example.com"}})",
    R"("DescribeIdentity","params":{"Identity":"$.example.com"}})",
    R"("CheckIdentity","params":{"Identity":"$.example.com"}})",
    R"("InspectDomain","params":{"Domain":"$.example.com"}})",
    R"("ImportIdentities","params":{"Identities":[{"Domain":"$.example.org"},{"Domain":"$"}]}})",
    R"("ImportIdentities","params":{"Identities":[{"Domain":"example.net","DkimTokens":["$","b","c"]}]}})",
    R"("GetStatus","params":$})",
    R"("$"})",
};

std::string request_with(std::string_view pattern, std::string_view text) {
  std::string line = R"({"jsonrpc":"2.0","id":1,"method":)";
  for (const char c : pattern) c == '$' ? line.append(text) : line.append(1, c);
  return line;
}

void must_be_answer(const json::value& answer) {
  const json::object& members = answer.as_object();
  if (members.size() != 3 || members.at("jsonrpc") != "2.0" || !members.contains("id")) std::abort();
  if (members.contains("result")) return;
  const json::object& error = members.at("error").as_object();
  if (!error.at("code").is_int64() || error.at("message").as_string().empty()) std::abort();
}

void must_be_line(const std::string& said) {
  if (said.empty()) return;  // notifications
  if (said.find('\n') != said.npos) std::abort();
  const json::value answer = json::parse(said);
  if (!answer.is_array()) return must_be_answer(answer);
  if (answer.get_array().empty()) std::abort();
  for (const json::value& each : answer.get_array()) must_be_answer(each);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static easydkim::tests::scratch_daemon daemon;
  std::string line{reinterpret_cast<const char*>(data), size};
  if (size > 0 && data[0] < requests.size()) line = request_with(requests[data[0]], line.substr(1));
  must_be_line(daemon.answer(std::move(line)));
  return 0;
}
