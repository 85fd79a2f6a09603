// SPDX-License-Identifier: Apache-2.0
// Any JSON as what the daemon answers: all that the client makes of it for a person is harmless text,
// whatever a domain, a server or another program put into it.
//
// A fuzzer seldom writes a whole answer, so its text is tried once more as each of the values of one.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>
#include <string_view>

#include "client/connection/failure.hpp"
#include "client/connection/json_members.hpp"
#include "client/formats/record_format.hpp"
#include "client/formats/record_sheet.hpp"
#include "client/text/daemon_text.hpp"
#include "client/text/duration_text.hpp"
#include "client/text/identity_text.hpp"

namespace {

using namespace easydkim;

constexpr std::array texts_of_formats{
    record_format::table,   record_format::zone,      record_format::json,    record_format::csv,
    record_format::route53, record_format::terraform, record_format::octodns, record_format::nsupdate};

constexpr std::string_view an_identity =
    R"({"Identity": "$", "Account": "$", "DkimVerificationStatus": "Pending", "VerificationStatus": "$",
        "WindowEndsAt": "$", "LastCheckedAt": "$", "NextCheckAt": "2026-11-24T12:00:00Z", "Zone": "$",
        "Diagnosis": {"Code": "$", "Class": "OWNER", "Explanation": "$"}, "Servers": ["$", "ns1.example.com"],
        "Records": [{"Name": "$._domainkey.$", "Type": "CNAME", "Value": "$", "Finding": "$", "Observed": "$",
          "Explanation": "$", "Diagnosis": {"Code": "$", "Class": "$", "Explanation": "$"}, "VisibleAt": "$",
          "Visible": false, "Published": [{"Server": "$", "Address": "$", "Has": "$"}]},
          {"Name": "_amazonses.$", "Type": "TXT", "Value": "$", "Finding": "absent"}]})";
constexpr std::string_view a_status =
    R"({"state": "$", "pid": #, "started_at": "$", "identities": {"$": #, "Pending": #}, "signing_enabled": #,
        "polling": {"lookups_total": #, "lookups_per_second": #, "in_flight": #, "last_lookup_at": "$",
          "lag_seconds": #, "overdue": #},
        "resolver": {"healthy": false, "no_answer_total": #, "servers": ["$"], "mode": "$", "port_53": "$"},
        "store": {"used_bytes": #, "size_bytes": #, "commits_total": #},
        "control": {"connections": #, "requests_total": #},
        "last_change": {"Identity": "$", "From": "$", "To": "$", "At": "$"}})";

/// A control character, but for the ends of lines, is an attack on the terminal.
void must_be_harmless(std::string_view text) {
  for (const char c : text)
    if ((c >= 0 && c < ' ' && c != '\n' && c != '\r') || c == '\x7F') std::abort();
}

record_sheet sheet_of(const json::object& answer) {
  record_place place{.zone = text_of(answer, "Zone")};
  for (const json::value& each : list_of(answer, "Servers"))
    if (each.is_string()) place.servers.emplace_back(std::string_view{each.get_string()});
  return place_records(text_of(answer, "Identity"), records_of(answer), place);
}

void print(console& where, const json::object& answer) {
  print_identity(where, answer);
  print_explanations(where, answer);
  print_daemon(where, answer);
  where.out << one_line(answer) << '\n';
  const record_sheet sheet = sheet_of(answer);
  for (const record_format each : texts_of_formats) print_records(where, sheet, each);
}

void must_be_told(std::string_view text) {
  boost::system::error_code no_json;
  const json::value answer = json::parse({text.data(), text.size()}, no_json);
  if (no_json || !answer.is_object()) return;
  std::istringstream in;
  std::ostringstream out, err;
  console where{
      .in = in, .out = out, .err = err, .now = [] { return *parse_rfc3339("2026-11-24T12:00:00Z"); }};
  try {
    print(where, answer.get_object());
  } catch (const failure& why) {
    tell(where, why);
  }
  must_be_harmless(out.str());
  must_be_harmless(err.str());
}

/// `form` with the text for each $ and #.
std::string filled(std::string_view form, std::string_view text) {
  std::string whole;
  for (const char c : form) c == '$' || c == '#' ? whole.append(text) : whole.append(1, c);
  return whole;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  must_be_told(text);
  must_be_told(filled(an_identity, text));
  must_be_told(filled(a_status, text));
  return 0;
}
