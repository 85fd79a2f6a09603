// SPDX-License-Identifier: Apache-2.0
// Probes: what else stands at the very name where the CNAME should be.
#pragma once

#include "resolver/diagnosis/session/examination.hpp"

namespace easydkim {

probing dname(examination& at, std::size_t record);
probing wildcard(examination& at, std::size_t record);
probing cname_and_other_data(examination& at, std::size_t record);
probing multiple_cname(examination& at, std::size_t record);

/// The wildcard that answers for the label that nobody was given: "*._domainkey.DOMAIN" or "*.DOMAIN";
/// nothing when none does.
boost::asio::awaitable<std::optional<std::string>> wildcard_of(examination& at);

}  // namespace easydkim
