// SPDX-License-Identifier: Apache-2.0
#include "client/commands/watch.hpp"

#include <ostream>

#include "client/connection/connection.hpp"
#include "core/printable.hpp"

namespace easydkim {
namespace {

void print_status(console& where, const json::object& change) {
  const std::string to = text_of(change, "To");
  where.out << printable(text_of(change, "From")) << " -> " << painted(where, printable(to), tone_of(to));
}

void print_signing(console& where, const json::object& change) {
  where.out << "signing "
            << (flag_of(change, "SigningEnabled") ? painted(where, "on", tone::good)
                                                  : painted(where, "off", tone::bad));
}

/// " (by uid 1000)"; nothing when nobody asked for it.
void print_caller(console& where, const json::object& change) {
  std::string by = text_of(change, "By");
  if (by.empty()) return;
  if (const std::size_t colon = by.find(':'); colon != by.npos) by[colon] = ' ';
  where.out << " (by " << printable(by) << ')';
}

void print_change(console& where, const notification& event) {
  const json::object& change = event.params;
  const std::string account = text_of(change, "Account");
  where.out << printable(text_of(change, "At")) << ' ' << printable(text_of(change, "Identity"));
  if (!account.empty() && account != "default") where.out << " (account " << printable(account) << ')';
  if (event.method == "DomainVerificationStatusChanged") where.out << " (TXT record)";
  where.out << ": ";
  event.method == "IdentitySigningChanged" ? print_signing(where, change) : print_status(where, change);
  if (const std::string reason = text_of(change, "Reason"); !reason.empty())
    where.out << ": " << printable(reason);
  print_caller(where, change);
  where.out << std::endl;  // now, also into a pipe
}

}  // namespace

int run_watch(const command_line& line, console& where) {
  connection daemon{line.socket};
  daemon.call("WatchIdentities", params_of(line));
  daemon.catch_signals();
  if (where.err_is_terminal) where.err << "watching; Ctrl-C ends it\n";
  while (const auto change = daemon.next_notification(connection::clock::time_point::max())) {
    if (line.json)
      where.out << one_line(change->params) << std::endl;
    else
      print_change(where, *change);
  }
  return exit_ok;
}

}  // namespace easydkim
