// SPDX-License-Identifier: Apache-2.0
#include "client/commands/identity_commands.hpp"

#include <chrono>
#include <ostream>
#include <thread>

#include "client/commands/inspection.hpp"
#include "client/connection/connection.hpp"
#include "client/formats/record_sheet.hpp"
#include "client/text/daemon_text.hpp"
#include "client/text/identity_text.hpp"
#include "core/printable.hpp"

namespace easydkim {
namespace {

/// Runs `each` with every name; a refusal is told and does not keep the others from their turn.
template <class Each>
int for_each_name(const command_line& line, console& where, Each each) {
  connection daemon{line.socket};
  int worst = exit_ok;
  for (const std::string& name : line.names) {
    try {
      each(daemon, name);
    } catch (const failure& why) {
      if (why.status != exit_refused) throw;
      tell(where, why);
      worst = exit_refused;
    }
  }
  return worst;
}

/// The domain as the daemon wrote it into its records, which may be the xn-- form of what was given.
std::string domain_in(const dns_record& record) {
  constexpr std::string_view mark = "._domainkey.";
  const std::size_t at = record.name.find(mark);
  return at == record.name.npos ? record.name : record.name.substr(at + mark.size());
}

int set_enabled(const command_line& line, console& where, bool enabled) {
  connection daemon{line.socket};
  const std::string& domain = line.names.front();
  json::object params = params_of(line, "Identity", domain);
  params["DkimEnabled"] = enabled;
  const json::object result = daemon.call("SetIdentityDkimEnabled", params);
  if (line.json)
    where.out << one_line(result) << '\n';
  else
    where.out << printable(domain)
              << (enabled ? ": signing is enabled; mail is signed once the records are verified\n"
                          : ": signing is disabled; the records stay, and are still checked\n");
  return exit_ok;
}

}  // namespace

int run_verify(const command_line& line, console& where) {
  connection daemon{line.socket};
  const json::object result = daemon.call("VerifyDomainDkim", params_of(line, "Domain", line.names.front()));
  if (line.json) {
    where.out << one_line(result) << '\n';
    return exit_ok;
  }
  const auto records = records_of(result);
  const std::string domain = domain_in(records.front());
  const inspection inspected = inspect(daemon, line, domain, where);
  where.out << "Publish these records in the DNS of " << printable(domain) << ":\n\n";
  print_records(where, place_records(domain, records, inspected.place), record_format::table);
  where.out << "\nThe DNS is watched from now on. To see when they are verified:\n\n  "
            << hint(line, "wait", domain) << '\n';
  print_warnings(where, inspected);
  return exit_ok;
}

int run_records(const command_line& line, console& where) {
  if (line.json && line.format)
    throw failure{exit_usage, "--json prints the whole identity; give either --json or --format"};
  connection daemon{line.socket};
  const json::object identity =
      daemon.call("DescribeIdentity", params_of(line, "Identity", line.names.front()));
  if (line.json) {
    where.out << one_line(identity) << '\n';
    return exit_ok;
  }
  const auto records = records_of(identity);
  const std::string domain = text_of(identity, "Identity");
  inspection inspected = inspect(daemon, line, domain, where);
  if (inspected.place.zone.empty())
    inspected.place.zone = text_of(identity, "Zone");  // as it was when the domain was last diagnosed
  print_records(where, place_records(domain, records, inspected.place),
                line.format.value_or(record_format::table));
  return exit_ok;
}

int run_status(const command_line& line, console& where) {
  if (line.names.empty()) {
    connection daemon{line.socket};
    const json::object status = daemon.call("GetStatus", params_of(line));
    if (line.json)
      where.out << one_line(status) << '\n';
    else
      print_daemon(where, status);
    return exit_ok;
  }
  bool first = true;
  return for_each_name(line, where, [&](connection& daemon, const std::string& name) {
    const json::object identity = daemon.call("DescribeIdentity", params_of(line, "Identity", name));
    if (line.json) {
      where.out << one_line(identity) << '\n';
      return;
    }
    where.out << (first ? "" : "\n");
    first = false;
    print_identity(where, identity);
  });
}

namespace {

/// A check that the daemon has no time for is asked for again, for a while.
json::object checked(connection& daemon, const json::object& params) {
  constexpr std::chrono::seconds longest{10}, pause{1};
  const auto end = connection::clock::now() + longest;
  for (;;) {
    try {
      return daemon.call("CheckIdentity", params);
    } catch (const failure& why) {
      if (why.code != "Throttling" || connection::clock::now() + pause > end) throw;
    }
    std::this_thread::sleep_for(pause);
  }
}

}  // namespace

int run_check(const command_line& line, console& where) {
  connection daemon{line.socket};
  const json::object identity = checked(daemon, params_of(line, "Identity", line.names.front()));
  if (line.json)
    where.out << one_line(identity) << '\n';
  else
    print_identity(where, identity);
  const records_seen counts = count_records(identity, which_records::all);
  return counts.all > 0 && counts.found == counts.all ? exit_ok : exit_negative;
}

int run_enable(const command_line& line, console& where) {
  return set_enabled(line, where, true);
}
int run_disable(const command_line& line, console& where) {
  return set_enabled(line, where, false);
}

int run_delete(const command_line& line, console& where) {
  return for_each_name(line, where, [&](connection& daemon, const std::string& name) {
    const json::object result = daemon.call("DeleteIdentity", params_of(line, "Identity", name));
    if (line.json)
      where.out << one_line(result) << '\n';
    else
      where.out << printable(name) << ": deleted\n";
  });
}

}  // namespace easydkim
