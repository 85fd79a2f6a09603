// SPDX-License-Identifier: Apache-2.0
#include "daemon/monitoring/fault_watch.hpp"

#include <boost/asio/co_spawn.hpp>
#include <utility>

#include "daemon/config/polling_settings.hpp"
#include "daemon/process/not_waited_for.hpp"
#include "resolver/recursive/confirmer_trial.hpp"

namespace easydkim {

namespace asio = boost::asio;

fault_watch::fault_watch(dependencies around) : around_{std::move(around)} {
  watch_resolv_conf();
}

void fault_watch::tick() {
  watch_port_53();
  watch_families();
  watch_resolver();
  watch_resolv_conf();
  watch_confirmers();
  watch_filter();
  watch_disk();
}

void fault_watch::watch_port_53() {
  const std::string instead =
      around_.settings.resolver.servers.empty() ? "the servers of resolv.conf" : "resolver.servers";
  const auto when = [&](port_53::state which) {
    return around_.dns().port() == which ? std::optional{instead} : std::nullopt;
  };
  around_.all.follow(fault::port_53_blocked, when(port_53::state::blocked), around_.now());
  around_.all.follow(fault::port_53_diverted, when(port_53::state::diverted), around_.now());
}

void fault_watch::watch_families() {
  around_.all.follow(fault::no_ipv4, around_.dns().why_not(address_family::ipv4), around_.now());
  around_.all.follow(fault::no_ipv6, around_.dns().why_not(address_family::ipv6), around_.now());
}

void fault_watch::watch_resolver() {
  // Of a resolver that nobody knows there is no more to say.
  if (around_.resolver_answers() || around_.servers().empty())
    around_.all.end(fault::resolver_ill);
  else
    around_.all.begin(fault::resolver_ill, {}, around_.now());
}

/// One that names nobody any more leaves those that were known: it may be half written.
void fault_watch::watch_resolv_conf() {
  if (!around_.settings.resolver.servers.empty()) {
    around_.all.end(fault::resolver_unknown);
    resolv_conf_.forget();
    return;
  }
  if (!resolv_conf_.has_changed()) return;
  known_servers read = dns_servers_now(around_.settings);
  if (!read.fault) {
    around_.all.end(fault::resolver_unknown);
    if (read.servers != around_.servers()) around_.take_servers(std::move(read.servers));
    return;
  }
  std::string why = read.fault->substr(0, read.fault->find(';'));  // the remedy stands in the table
  if (!around_.servers().empty()) why += "; those known before are asked";
  around_.all.begin(fault::resolver_unknown, why, around_.now());
}

void fault_watch::confirmation_ended(bool answered) {
  answered ? confirmation_.answered() : confirmation_.silent();
}

void fault_watch::resolver_denies(const std::string& domain, const std::optional<std::string>& what) {
  if (what)
    filtered_.denied(domain, *what, steady_now());
  else
    filtered_.shown(domain);
  watch_filter();
}

void fault_watch::watch_filter() {
  around_.all.follow(fault::resolver_filters, filtered_.summary(steady_now()), around_.now());
}

void fault_watch::servers_changed() {
  confirmation_.servers_changed();
  filtered_.forget();
}

std::string fault_watch::confirmation_fault() const {
  if (const auto& servers = confirmation_.without_tcp())
    return "the DNS server that is to confirm it (" + *servers + ") does not answer over TCP";
  if (const auto& servers = confirmation_.dead())
    return "the DNS server that is to confirm it (" + *servers + ") answers neither over TCP nor over UDP";
  return {};
}

/// A daemon to which nothing happens would not notice the end of it: while the disk refuses, it is tried.
void fault_watch::watch_disk() {
  constexpr duration between_trials = std::chrono::seconds{5};
  constexpr std::size_t octets = std::size_t{64} * 1024;
  if (!around_.writer.disk_refuses()) return around_.all.end(fault::store_not_writable);
  const std::filesystem::path& directory = around_.settings.store.path;
  around_.all.begin(fault::store_not_writable, directory.string(), around_.now());
  if (steady_now() < next_trial_of_disk_) return;
  next_trial_of_disk_ = steady_now() + between_trials;
  around_.writer.try_disk(directory, octets);
}

std::vector<server_address> fault_watch::confirmers() const {
  const config::resolver_settings& resolver = around_.settings.resolver;
  if (resolver.confirm != config::resolver_settings::confirmation::tcp) return {};
  return resolver.confirm_servers.empty() ? around_.servers() : resolver.confirm_servers;
}

/// A resolver that is silent over UDP, too, is ill, which is told as that.
void fault_watch::watch_confirmers() {
  const config::resolver_settings& resolver = around_.settings.resolver;
  const bool are_named = !resolver.confirm_servers.empty() || resolver.confirm_quorum > 1;
  const auto& dead = confirmation_.dead();
  around_.all.follow(fault::resolver_no_tcp, confirmation_.without_tcp(), around_.now());
  around_.all.follow(fault::confirm_server_dead, are_named ? dead : std::nullopt, around_.now());
  if (confirmation_.wants_trial(steady_now())) asio::co_spawn(around_.io, try_confirmers(), not_waited_for);
}

asio::awaitable<void> fault_watch::try_confirmers() {
  trials_ = std::make_unique<server_exchange>(
      around_.io, server_exchange::options{.timeout = around_.settings.resolver.timeout}, around_.random);
  const std::vector<confirmation_health::trial> all =
      co_await easydkim::try_confirmers(*trials_, confirmers());
  trials_.reset();  // with its sockets
  confirmation_.tried(all, around_.settings.resolver.confirm_quorum, steady_now());
  watch_confirmers();
}

}  // namespace easydkim
