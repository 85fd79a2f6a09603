// SPDX-License-Identifier: Apache-2.0
#include "daemon/config/polling_settings.hpp"

#include <stdexcept>
#include <string>
#include <utility>

#include "daemon/config/resolv_conf.hpp"

namespace easydkim {

known_servers dns_servers_now(const config& settings) {
  if (!settings.resolver.servers.empty()) return {settings.resolver.servers, std::nullopt};
  auto of_system = read_resolv_conf();
  if (!of_system) return {{}, of_system.error()};
  const std::size_t quorum = settings.resolver.confirm_quorum;
  if (settings.resolver.confirm_servers.empty() && of_system->size() < quorum)
    return {*of_system, "resolver.confirm_quorum is " + std::to_string(quorum) +
                            ", but /etc/resolv.conf has only " + std::to_string(of_system->size()) +
                            " servers; name enough of them in resolver.confirm_servers"};
  return {*std::move(of_system), std::nullopt};
}

std::vector<server_address> dns_servers(const config& settings) {
  known_servers known = dns_servers_now(settings);
  if (known.fault) throw std::runtime_error{*known.fault};
  return std::move(known.servers);
}

std::vector<server_address> first_dns_servers(const config& settings) {
  known_servers known = dns_servers_now(settings);
  if (known.fault && !known.servers.empty()) throw std::runtime_error{*known.fault};
  return std::move(known.servers);
}

confirmation_rules confirmation_of(const config& settings) {
  return {.servers = settings.resolver.confirm_servers,
          .quorum = settings.resolver.confirm_quorum,
          .trust_ad = settings.resolver.trust_ad};
}

poller::options polling_options(const config& settings, std::vector<server_address> servers) {
  return {.dns = {.servers = std::move(servers),
                  .target_suffix = settings.verification.target_suffix,
                  .timeout = settings.resolver.timeout,
                  .tries = static_cast<int>(settings.resolver.tries),
                  .max_in_flight = settings.resolver.max_in_flight},
          .txt_prefix = settings.verification.txt_prefix,
          .rules = settings.verification.rules,
          .max_lookups_per_second = static_cast<double>(settings.pace.max_lookups_per_second),
          .confirm_over_tcp = settings.resolver.confirm == config::resolver_settings::confirmation::tcp,
          .confirm = confirmation_of(settings),
          .max_examinations = settings.authority.max_diagnoses};
}

}  // namespace easydkim
