// What the configuration means for those who ask the DNS.
#pragma once

#include <vector>

#include "daemon/config.hpp"
#include "resolver/poller.hpp"

namespace easydkim {

/// The servers of the configuration, or those of the system. Throws std::runtime_error, with a sentence, when
/// there are none, or fewer than are to agree.
std::vector<server_address> dns_servers(const config& settings);

/// Who confirms before Success.
confirmation_rules confirmation_of(const config& settings);

poller::options polling_options(const config& settings, std::vector<server_address> servers);

}  // namespace easydkim
