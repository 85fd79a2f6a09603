// SPDX-License-Identifier: Apache-2.0
#include "client/commands/list.hpp"

#include <algorithm>
#include <ostream>

#include "client/connection/connection.hpp"
#include "client/text/table.hpp"
#include "core/printable.hpp"

namespace easydkim {
namespace {

constexpr std::size_t page = 1000;            // the most that ListIdentities gives
constexpr std::size_t attributes_page = 100;  // the most that GetIdentityDkimAttributes takes

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

/// One line. The words of known width stand first, so that lines align without knowing all of them.
void print_row(console& where, const std::string& identity, const json::object& attributes) {
  constexpr std::size_t width = std::string_view{"TemporaryFailure"}.size();
  const std::string status = text_of(attributes, "DkimVerificationStatus");
  const std::string word = printable(status);
  where.out << painted(where, word, tone_of(status))
            << std::string(word.size() < width ? width - word.size() : 0, ' ') << "  "
            << (flag_of(attributes, "DkimEnabled") ? "enabled   " : "disabled  ") << printable(identity)
            << '\n';
}

/// Prints those of `identities` that were asked for, with their attributes; for --json, only gathers their
/// names.
void print_some(const command_line& line, console& where, connection& daemon, const json::array& identities,
                json::array& names) {
  json::object params = params_of(line);
  params["Identities"] = identities;
  const json::object result = daemon.call("GetIdentityDkimAttributes", params);
  const json::object& attributes = object_of(result, "DkimAttributes");
  for (const json::value& each : identities) {
    const std::string identity{each.get_string().c_str(), each.get_string().size()};
    const json::object& its = object_of(attributes, identity);
    const std::string status = text_of(its, "DkimVerificationStatus");
    if (line.status && status != to_string(*line.status)) continue;
    if (line.json)
      names.push_back(each);
    else
      print_row(where, identity, its);
  }
}

}  // namespace

std::optional<dkim_status> status_from_any_case(std::string_view word) noexcept {
  for (std::size_t i = 0; i < dkim_statuses; ++i) {
    const auto status = static_cast<dkim_status>(i);
    if (std::ranges::equal(word, to_string(status), {}, lower, lower)) return status;
  }
  return std::nullopt;
}

int run_list(const command_line& line, console& where) {
  connection daemon{line.socket};
  json::object params = params_of(line);
  params["MaxItems"] = page;
  if (!line.type.empty()) params["IdentityType"] = line.type;

  bool none = true;
  json::array names;
  for (;;) {
    const json::object result = daemon.call("ListIdentities", params);
    json::array some;
    for (const json::value& each : list_of(result, "Identities")) {
      if (each.is_string()) some.push_back(each);
      if (some.size() == attributes_page) print_some(line, where, daemon, std::exchange(some, {}), names);
      none = false;
    }
    if (!some.empty()) print_some(line, where, daemon, some, names);

    std::string next = text_of(result, "NextToken");
    if (next.empty()) break;
    params["NextToken"] = next;
  }
  // As ListIdentities answers, all pages as one.
  if (line.json) where.out << one_line(json::object{{"Identities", std::move(names)}}) << '\n';
  if (none && where.err_is_terminal)
    where.err << "no identities yet; add one with: " << hint(line, "verify", "DOMAIN") << '\n';
  return exit_ok;
}

}  // namespace easydkim
