// SPDX-License-Identifier: Apache-2.0
// The running daemon: owns the parts and wires them.
//
// Everything runs on the thread that calls `run`, but for the store thread inside group_commit. What one part
// knows of another it was given here.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <exception>
#include <filesystem>
#include <functional>
#include <optional>

#include "daemon/config/config.hpp"
#include "daemon/control/control_server.hpp"
#include "daemon/control/control_socket.hpp"
#include "daemon/daemon_parts.hpp"
#include "daemon/dns_inquiries.hpp"
#include "daemon/monitoring/fault_watch.hpp"
#include "daemon/monitoring/faults.hpp"
#include "daemon/monitoring/metrics_port.hpp"
#include "daemon/process/clock.hpp"
#include "daemon/service_report.hpp"
#include "daemon/ses_api/ses_api.hpp"

namespace easydkim {

class service {
 public:
  struct start_order {
    config settings;
    std::filesystem::path config_file;  // read again at SIGHUP
    missing_file when_missing;
    std::optional<int> passed_socket;  // from systemd
    std::string_view version;          // a constant
  };

  /// Opens the store, makes the queue again, binds the control socket. Throws what ends the start, with one
  /// sentence: `store_unusable`, `socket_unusable`, std::runtime_error.
  explicit service(start_order order);

  /// Serves until SIGTERM or SIGINT; then everything that was acknowledged is on disk. Throws `store_broken`
  /// when the disk can no longer be written, `store_unusable` when data turns out to be damaged.
  void run();

 private:
  using awaitable = boost::asio::awaitable<void>;

  void listen_for_changes();
  void reload();
  void watch_store();
  void follow_clock();
  daemon_parts::dependencies surroundings();
  dns_inquiries::hooks hooks_of_inquiries();
  void take_servers(std::vector<server_address> servers);
  fault_watch::dependencies around_faults();
  service_report::dependencies reported_parts();
  void stop_broken(std::exception_ptr why);
  void finish();
  awaitable handle_signals();
  awaitable every(duration period, std::function<void()> step);
  void tick();

  boost::asio::io_context io_{1};
  start_order order_;
  clock clock_;
  time_point started_at_;
  std::vector<server_address> servers_;
  daemon_parts parts_;
  dns_inquiries inquiries_;
  request_tally requests_;
  control_services services_;
  control_socket socket_;
  control_server server_;
  ses_api ses_api_;
  metrics_port metrics_port_;
  boost::asio::signal_set signals_;

  std::exception_ptr broken_;
  std::optional<time_point> clock_stepped_at_;
  faults faults_{[this] { report_.write(); }};
  service_report report_{reported_parts()};
  fault_watch watch_{around_faults()};  // may find a fault at once, which is reported
};

}  // namespace easydkim
