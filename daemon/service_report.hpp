// SPDX-License-Identifier: Apache-2.0
// Reports how the daemon is: composes the status file, the line for the service manager and the metrics from
// the figures of the parts.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/config/config.hpp"
#include "daemon/control/control_server.hpp"
#include "daemon/daemon_parts.hpp"
#include "daemon/monitoring/change_tally.hpp"
#include "daemon/monitoring/faults.hpp"
#include "daemon/monitoring/request_tally.hpp"
#include "daemon/monitoring/status_file.hpp"
#include "resolver/zones/authoritative_dns.hpp"

namespace easydkim {

/// On the thread of the io_context.
class service_report {
 public:
  /// The parts that it reports of; all of them must outlive it.
  struct dependencies {
    const config& settings;  // as they are now
    std::string_view version;
    time_point started_at;
    std::function<time_point()> now;
    const daemon_parts& parts;
    const authoritative_dns& dns;
    const std::vector<server_address>& servers;  // of the resolver, as they are asked now
    const control_server& control;
    const request_tally& requests;
    const easydkim::faults& faults;
  };
  explicit service_report(dependencies with);

  /// From now on the daemon is in `state`; reports it at once.
  void enter(daemon_state state);

  /// Writes the status file and tells the service manager. A file that cannot be written is logged once.
  void write();

  /// The same, from time to time, while the daemon runs.
  void write_while_running();

  /// Counts a change, and keeps it as the last one if it is of DKIM.
  void add(const identity_change& change);

  daemon_status status() const;
  std::string metrics() const;

 private:
  void measure(daemon_status& now_so);
  poller_figures polling() const;

  dependencies with_;
  daemon_state state_ = daemon_state::starting;
  change_tally changes_;
  std::optional<identity_change> last_change_;
  bool file_was_written_ = true;
  std::uint64_t lookups_at_report_ = 0;
  time_point reported_at_;
  double lookups_per_second_ = 0;
};

}  // namespace easydkim
