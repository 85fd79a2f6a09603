// SPDX-License-Identifier: Apache-2.0
// What serves the control socket, over a real store that goes with the test; without sockets for clients, and
// with a DNS where nobody listens.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <exception>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "daemon/control/control_protocol.hpp"
#include "daemon/daemon_parts.hpp"
#include "daemon/process/random.hpp"
#include "tests/support/scratch_store.hpp"

namespace easydkim::tests {

/// A port of loopback where no DNS server listens (discard).
inline const server_address no_dns_server{boost::asio::ip::address_v4::loopback(), 9};

inline const operation_limits no_limits{.verify_domain_dkim_per_second = 0, .identities_per_account = 0};

class scratch_daemon {
 public:
  explicit scratch_daemon(operation_limits limits = no_limits)
      : parts_{io, options(std::move(limits)), around()} {}

  /// Runs the event loop until `line` was answered. Throws when it is not, in a time that nobody needs.
  std::string answer(std::string line) {
    std::optional<std::string> said;
    control_caller caller{.uid = 1000,
                          .watch =
                              [this](const std::optional<std::string>&) {
                                ++watchers;
                                return std::optional<std::string>{};
                              },
                          .passed_file = [] { return file_handle{-1}; },
                          .gone = {}};
    boost::asio::co_spawn(io, answer_control_line(services_, std::move(line), std::move(caller)),
                          [&](std::exception_ptr failed, std::string answered) {
                            if (failed) std::rethrow_exception(failed);
                            said = std::move(answered);
                          });
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    while (!said) {
      io.run_one_until(deadline);
      if (std::chrono::steady_clock::now() > deadline) throw std::runtime_error{"a line was not answered"};
    }
    return *std::move(said);
  }

  /// Settles as the poller would, and runs the event loop until that is written.
  std::optional<identity> settle(identity_id id, const check& done, const observation& seen) {
    bool is_written = false;
    std::optional<identity> now_stored;
    parts_.settlement.settle(id, done, seen, [&](std::optional<identity> stored_so) {
      now_stored = std::move(stored_so);
      is_written = true;
    });
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    while (!is_written) {
      io.run_one_until(deadline);
      if (std::chrono::steady_clock::now() > deadline) throw std::runtime_error{"a check was not settled"};
    }
    return now_stored;
  }
  evidence kept_of(identity_id id) const { return *parts_.store.evidence_of(id); }
  std::uint64_t commits_total() const { return parts_.writer.commits_total(); }
  change_feed& feed() { return parts_.feed; }
  const request_tally& requests() const { return requests_; }

  std::optional<identity> stored(std::string_view name) const {
    return parts_.store.find("default", domain(name));
  }
  const census& counts() const { return parts_.counts; }

  boost::asio::io_context io{1};
  int watchers = 0;
  duration ahead{};  // of the machine's clock

  // What an inspection of any domain sees.
  std::optional<std::string> zone;
  std::vector<std::string> servers;
  std::vector<domain_warning> warnings;

 private:
  daemon_parts::options options(operation_limits limits) {
    return {.store = directory_.store(),
            .store_size = 64 * mebibyte,
            .polling = {.dns = {.servers = {no_dns_server},
                                .target_suffix = std::string{suffix},
                                .timeout = std::chrono::milliseconds{50},
                                .tries = 1,
                                .max_in_flight = 4},
                        .txt_prefix = "_amazonses",
                        .rules = {}},
            .limits = std::move(limits)};
  }
  daemon_parts::dependencies around() {
    return {.now = [this] { return now(); },
            .random = fill_random,
            .broken = [](std::exception_ptr why) { std::rethrow_exception(why); },
            .inspect = [this](domain_name name) { return inspected(std::move(name)); }};
  }

  boost::asio::awaitable<domain_inspection> inspected(domain_name name) {
    domain_inspection seen{.domain = std::move(name), .zone = zone, .servers = servers, .warnings = warnings};
    co_return seen;
  }

  time_point now() const {
    return std::chrono::time_point_cast<duration>(std::chrono::system_clock::now()) + ahead;
  }
  static constexpr std::string_view suffix = "dkim.example.net";

  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> works_{io.get_executor()};
  scratch_directory directory_;
  daemon_parts parts_;
  request_tally requests_;
  control_services services_{.operations = parts_.operations,
                             .upkeep = parts_.upkeep,
                             .status =
                                 [] {
                                   return boost::json::object{{"version", 1}};
                                 },
                             .requests = requests_};
};

}  // namespace easydkim::tests
