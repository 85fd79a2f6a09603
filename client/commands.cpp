// SPDX-License-Identifier: Apache-2.0
#include "client/commands.hpp"

#include <array>

#include "client/command_options.hpp"
#include "client/commands/backup.hpp"
#include "client/commands/evidence.hpp"
#include "client/commands/health.hpp"
#include "client/commands/identity_commands.hpp"
#include "client/commands/import_file.hpp"
#include "client/commands/list.hpp"
#include "client/commands/wait.hpp"
#include "client/commands/watch.hpp"

namespace easydkim {

std::span<const command> commands() noexcept {
  static constexpr std::array table{
      command{"verify", "DOMAIN", "add a domain and print the three records to publish",
              "A domain that is there keeps its records; one that failed gets a new window.\n"
              "What the DNS shows to be in their way is told on the standard error.\n",
              declare_domain, run_verify},
      command{
          "records", "DOMAIN [--format FORMAT]", "print the three records of a domain, ready to paste",
          "  --format FORMAT  table (default), zone (lines for BIND), json, csv, route53 (a change batch\n"
          "                   for aws), terraform, octodns or nsupdate\n"
          "Hosts are relative to the zone that holds the records, as the DNS shows it now.\n",
          declare_records, run_records},
      command{"status", "[IDENTITY...]", "tell how the daemon is, or how identities are",
              "Without a name: a summary of the daemon. With names: status, deadline, next check,\n"
              "and for each record what was seen, where, and what is wrong. --json prints one object a\n"
              "line.\n",
              declare_identities, run_status},
      command{"list", "[--status STATUS] [--type Domain]", "list the identities with their status",
              "  --status STATUS  only those: NotStarted, Pending, Success, Failed or\n"
              "                   TemporaryFailure\n"
              "  --type Domain    only domains (there is no other type)\n"
              "--json prints the result of ListIdentities, all pages as one.\n",
              declare_list, run_list},
      command{"check", "DOMAIN", "look now and print what was seen for each record",
              "Exit status: 0 all records in place, 1 not.\n", declare_domain, run_check},
      command{"evidence", "DOMAIN", "print the answers of the DNS that were kept for a domain",
              "At most 20, the newest last: time, server, name, rcode, flags, TTL, target and Extended\n"
              "DNS Error. --json prints the result of GetEvidence.\n",
              declare_domain, run_evidence},
      command{"wait", "DOMAIN [--timeout 30m]", "wait until the status of a domain is decided",
              "  --timeout TIME   give up after this long, such as 90s or 2h; default 30m\n"
              "Exit status: 0 Success, 1 Failed, 4 time-out.\n",
              declare_wait, run_wait},
      command{"watch", "", "print every change of a status and of signing as it happens",
              "Runs until it is interrupted. --json prints one object a line.\n", declare_nothing, run_watch},
      command{"enable", "DOMAIN", "switch signing on for a domain", "", declare_domain, run_enable},
      command{"disable", "DOMAIN", "switch signing off for a domain", "", declare_domain, run_disable},
      command{"delete", "IDENTITY...", "delete identities",
              "Verified again later, a domain gets new records. --json prints one object a line.\n",
              declare_deleted, run_delete},
      command{"import", "FILE", "add many domains from a file, or from - for standard input",
              "A line of the file: domain [token token token]. Tokens that were issued elsewhere, for\n"
              "example by Amazon SES, are kept. Empty lines and what follows a # are skipped.\n"
              "--json prints the result of each batch, one object a line.\n"
              "Exit status: 0 all taken, 1 some refused (each said with its line).\n",
              declare_import, run_import},
      command{"backup", "[--compact] FILE", "copy the database into a file, while the daemon serves",
              "  --compact  without the pages that are free: takes longer, and is smaller\n"
              "FILE must not be there yet. It is a data.mdb by itself: to restore it, stop the daemon and\n"
              "put it in the place of data.mdb; easydkimd --check-store FILE says whether it is whole.\n",
              declare_backup, run_backup},
      command{"health", "[--file PATH] [--max-age TIME] [--warning-lag TIME] [--critical-lag TIME]",
              "check the status file, as a monitoring plugin",
              "  --file PATH          default /run/easydkim/status.json\n"
              "  --max-age TIME       an older file is CRITICAL; default 30s, or three of the\n"
              "                       daemon's status intervals when that is more\n"
              "  --warning-lag TIME   WARNING when checks are later than this; default 1m\n"
              "  --critical-lag TIME  CRITICAL when checks are later than this; default 5m\n"
              "Does not use the control socket.\n"
              "Exit status: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.\n",
              declare_health, run_health},
  };
  return table;
}

}  // namespace easydkim
