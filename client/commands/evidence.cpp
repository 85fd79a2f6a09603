// SPDX-License-Identifier: Apache-2.0
#include "client/commands/evidence.hpp"

#include <ostream>
#include <utility>
#include <vector>

#include "client/connection/connection.hpp"
#include "client/text/table.hpp"
#include "core/printable.hpp"
#include "core/token.hpp"

namespace easydkim {
namespace {

/// A token is told by its first characters; more of it would push the rest off the screen.
constexpr std::size_t enough_of_a_token = 8;

/// TOKEN._domainkey.DOMAIN on a terminal: "tokentok..."; every other name as it is.
std::string name_text(const console& where, const std::string& name) {
  const bool is_token = name.find("._domainkey.") == token::characters;
  if (!where.out_is_terminal || !is_token) return printable(name);
  return printable(name.substr(0, enough_of_a_token)) + "...";
}

std::string or_dash(const std::string& text) {
  return text.empty() ? "-" : printable(text);
}

tone tone_of_rcode(const std::string& rcode) {
  return rcode == "NOERROR" ? tone::plain : rcode == "NXDOMAIN" ? tone::waiting : tone::bad;
}

void print_answers(console& where, const json::object& evidence) {
  table columns;
  std::vector<table::cell> head;
  for (const char* each : {"time", "server", "name", "type", "rcode", "flags", "ttl", "target", "error"})
    head.push_back({each, tone::heading});
  columns.add(std::move(head));
  for (const json::value& each : list_of(evidence, "Answers")) {
    if (!each.is_object()) continue;
    const json::object& answer = each.get_object();
    const std::string rcode = text_of(answer, "Rcode");
    columns.add({{or_dash(text_of(answer, "At"))},
                 {or_dash(text_of(answer, "Server"))},
                 {name_text(where, text_of(answer, "Name"))},
                 {or_dash(text_of(answer, "Type"))},
                 {or_dash(rcode), tone_of_rcode(rcode)},
                 {or_dash(text_of(answer, "Flags"))},
                 {std::to_string(static_cast<long long>(number_of(answer, "Ttl")))},
                 {or_dash(text_of(answer, "Target"))},
                 {or_dash(text_of(answer, "ExtendedError"))}});
  }
  columns.print(where, "");
}

}  // namespace

int run_evidence(const command_line& line, console& where) {
  connection daemon{line.socket};
  const json::object evidence = daemon.call("GetEvidence", params_of(line, "Identity", line.names.front()));
  if (line.json)
    where.out << one_line(evidence) << '\n';
  else if (list_of(evidence, "Answers").empty())
    where.out << printable(text_of(evidence, "Identity")) << ": no answer of the DNS was kept yet\n";
  else
    print_answers(where, evidence);
  return exit_ok;
}

}  // namespace easydkim
