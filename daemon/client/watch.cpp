#include "daemon/client/watch.hpp"

#include <ostream>

#include "core/printable.hpp"
#include "daemon/client/connection.hpp"

namespace easydkim {
namespace {

void print_change(console& where, const notification& told) {
  const json::object& change = told.params;
  const std::string account = text_of(change, "Account");
  const std::string to = text_of(change, "To");
  where.out << printable(text_of(change, "At")) << ' ' << printable(text_of(change, "Identity"));
  if (!account.empty() && account != "default") where.out << " (account " << printable(account) << ')';
  if (told.method == "DomainVerificationStatusChanged") where.out << " (TXT record)";
  where.out << ": " << printable(text_of(change, "From")) << " -> "
            << painted(where, printable(to), tone_of(to));
  if (const std::string reason = text_of(change, "Reason"); !reason.empty())
    where.out << ": " << printable(reason);
  where.out << std::endl;  // now, also into a pipe
}

}  // namespace

int run_watch(const request& asked, console& where) {
  connection daemon{asked.socket};
  daemon.call("WatchIdentities", params_of(asked));
  daemon.catch_signals();
  if (where.err_is_terminal) where.err << "watching; Ctrl-C ends it\n";
  while (const auto change = daemon.next_notification(connection::clock::time_point::max())) {
    if (asked.json)
      where.out << one_line(change->params) << std::endl;
    else
      print_change(where, *change);
  }
  return exit_ok;
}

}  // namespace easydkim
