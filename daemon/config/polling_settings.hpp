// SPDX-License-Identifier: Apache-2.0
// What the configuration means for those who ask the DNS.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/config/config.hpp"
#include "resolver/polling/poller.hpp"

namespace easydkim {

/// The servers of the configuration, or those of the system. Throws std::runtime_error, with a sentence, when
/// there are none, or fewer than are to agree.
std::vector<server_address> dns_servers(const config& settings);

/// The same without a throw, for one who can wait: `fault` says why there are none, or too few.
struct known_servers {
  std::vector<server_address> servers;
  std::optional<std::string> fault;
};
known_servers dns_servers_now(const config& settings);

/// Those to begin with: none where the system names none yet. Throws as `dns_servers` when there are too few.
std::vector<server_address> first_dns_servers(const config& settings);

/// Who confirms before Success.
confirmation_rules confirmation_of(const config& settings);

poller::options polling_options(const config& settings, std::vector<server_address> servers);

}  // namespace easydkim
