// SPDX-License-Identifier: Apache-2.0
// Notices faults of ours that nobody is told of: looks once a second at what the parts know, and at
// resolv.conf.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "daemon/config/config.hpp"
#include "daemon/config/resolv_conf.hpp"
#include "daemon/monitoring/faults.hpp"
#include "daemon/storage/group_commit.hpp"
#include "resolver/recursive/confirmation_health.hpp"
#include "resolver/recursive/filtered_domains.hpp"
#include "resolver/zones/authoritative_dns.hpp"

namespace easydkim {

/// On the thread of its io_context, which must outlive it, as must all that it is made of.
class fault_watch {
 public:
  struct dependencies {
    boost::asio::io_context& io;
    faults& all;
    const config& settings;  // as they are now
    std::function<time_point()> now;
    std::function<void(std::span<std::uint8_t>)> random;
    std::function<authoritative_dns&()> dns;
    std::function<bool()> resolver_answers;
    std::function<const std::vector<server_address>&()> servers;  // of the resolver, as they are asked now
    std::function<void(std::vector<server_address>)> take_servers;
    group_commit& writer;
  };
  explicit fault_watch(dependencies around);

  /// To be called once a second.
  void tick();

  /// A confirmation ended: with replies of enough servers over TCP, or without.
  void confirmation_ended(bool answered);

  /// The state of port 53 is another one.
  void port_53_changed() { watch_port_53(); }

  /// Other servers are asked from now on.
  void servers_changed();

  /// Our resolver denies a record of `domain` that its zone has, in words; or it denies none any more.
  void resolver_denies(const std::string& domain, const std::optional<std::string>& what);

  /// Why nothing can be confirmed, in words for a sentence; empty while all is well.
  std::string confirmation_fault() const;

 private:
  void watch_port_53();
  void watch_families();
  void watch_resolver();
  void watch_resolv_conf();
  void watch_confirmers();
  void watch_filter();
  void watch_disk();
  std::vector<server_address> confirmers() const;
  boost::asio::awaitable<void> try_confirmers();

  dependencies around_;
  resolv_conf_watch resolv_conf_;
  confirmation_health confirmation_;
  filtered_domains filtered_;
  std::unique_ptr<server_exchange> trials_;  // while those who confirm are tried
  steady_time next_trial_of_disk_{};
};

}  // namespace easydkim
