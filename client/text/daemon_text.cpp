// SPDX-License-Identifier: Apache-2.0
#include "client/text/daemon_text.hpp"

#include <array>
#include <cmath>
#include <ostream>
#include <vector>

#include "client/text/identity_text.hpp"
#include "client/text/table.hpp"
#include "core/printable.hpp"

namespace easydkim {
namespace {

/// `number` with so many decimals.
std::string number_text(double number, int decimals) {
  std::array<char, 400> text{};  // the largest has 309 digits before the point
  const int length = std::snprintf(text.data(), text.size(), "%.*f", decimals, number);
  return {text.data(), static_cast<std::size_t>(length)};
}

std::string count_text(const json::object& from, std::string_view member) {
  return number_text(number_of(from, member), 0);
}

/// "1 request", "7 requests".
std::string counted(const json::object& from, std::string_view member, std::string_view word) {
  return count_text(from, member) + " " + std::string{word} + (number_of(from, member) == 1 ? "" : "s");
}

std::string octets_text(double octets) {
  constexpr std::array units{"B", "KiB", "MiB", "GiB", "TiB"};
  std::size_t unit = 0;
  for (; octets >= 1024 && unit + 1 < units.size(); ++unit) octets /= 1024;
  return number_text(octets, octets == std::floor(octets) ? 0 : 1) + " " + units[unit];
}

std::string identities_text(const json::object& identities) {
  double all = 0;
  std::string parts;
  for (const auto& [status, count] : identities) {
    all += number_of(identities, status);
    parts += (parts.empty() ? "" : ", ") + count_text(identities, status) + " " + printable(status);
  }
  return number_text(all, 0) + (parts.empty() ? "" : " (" + parts + ")");
}

std::string lookups_text(const json::object& polling, time_point now) {
  return count_text(polling, "lookups_total") + " (" +
         number_text(number_of(polling, "lookups_per_second"), 1) + " a second, " +
         count_text(polling, "in_flight") +
         " in flight), last: " + time_text(text_of(polling, "last_lookup_at"), now);
}

/// Who is asked for records that are waited for. Empty of a daemon that does not tell.
std::string mode_text(const json::object& resolver) {
  const std::string mode = text_of(resolver, "mode"), port = text_of(resolver, "port_53");
  if (mode != "authoritative") return printable(mode);
  return mode + (port == "blocked"    ? ", but port 53 seems blocked, so the resolver is asked"
                 : port == "diverted" ? ", but port 53 is diverted, so the resolver is asked"
                 : port == "open"     ? ", port 53 is open"
                                      : "");
}

bool port_53_leads_nowhere(const json::object& resolver) {
  const std::string port = text_of(resolver, "port_53");
  return port == "blocked" || port == "diverted";
}

std::string resolver_text(const json::object& resolver) {
  std::string text = flag_of(resolver, "healthy") ? "healthy" : "ill: no lookup is answered";
  text += ", " + counted(resolver, "no_answer_total", "lookup") + " without an answer, servers";
  for (const json::value& each : list_of(resolver, "servers"))
    if (each.is_string()) text += " " + printable(std::string_view{each.get_string()});
  return text;
}

std::string store_text(const json::object& store) {
  const double used = number_of(store, "used_bytes"), size = number_of(store, "size_bytes");
  return octets_text(used) + " of " + octets_text(size) + " (" +
         number_text(size > 0 ? 100 * used / size : 0, 1) + " %), " +
         counted(store, "commits_total", "commit");
}

std::string fault_text(const json::object& listed, time_point now) {
  return printable(text_of(listed, "Fault")) + " since " + time_text(text_of(listed, "Since"), now) + ": " +
         printable(text_of(listed, "What")) + " (" + printable(text_of(listed, "Remedy")) + ")";
}

std::string change_text(const json::object& change, time_point now) {
  return printable(text_of(change, "Identity")) + " " + printable(text_of(change, "From")) + " -> " +
         printable(text_of(change, "To")) + ", " + time_text(text_of(change, "At"), now);
}

}  // namespace

void print_daemon(console& where, const json::object& status) {
  const time_point now = where.now();
  const json::object& polling = object_of(status, "polling");
  const json::object& resolver = object_of(status, "resolver");
  const json::object& control = object_of(status, "control");
  const json::object& change = object_of(status, "last_change");
  const std::string state = text_of(status, "state");

  table facts;
  facts.add({{"daemon"},
             {printable(state) + ", pid " + count_text(status, "pid") + ", since " +
                  time_text(text_of(status, "started_at"), now),
              state == "running" ? tone::good : tone::waiting}});
  facts.add({{"identities"}, {identities_text(object_of(status, "identities"))}});
  facts.add({{"signing"}, {count_text(status, "signing_enabled") + " enabled"}});
  facts.add({{"lookups"}, {lookups_text(polling, now)}});
  facts.add({{"lag"},
             {number_text(number_of(polling, "lag_seconds"), 1) + " s, " + count_text(polling, "overdue") +
              " overdue"}});
  facts.add(
      {{"resolver"}, {resolver_text(resolver), flag_of(resolver, "healthy") ? tone::plain : tone::bad}});
  if (const std::string mode = mode_text(resolver); !mode.empty())
    facts.add({{"mode"}, {mode, port_53_leads_nowhere(resolver) ? tone::waiting : tone::plain}});
  for (const json::value& each : list_of(status, "faults"))
    if (each.is_object()) facts.add({{"fault"}, {fault_text(each.get_object(), now), tone::bad}});
  facts.add({{"store"}, {store_text(object_of(status, "store"))}});
  facts.add({{"control"},
             {counted(control, "connections", "connection") + ", " +
              counted(control, "requests_total", "request")}});
  if (!change.empty()) facts.add({{"last change"}, {change_text(change, now)}});
  facts.print(where, "");
}

}  // namespace easydkim
