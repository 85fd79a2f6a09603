// SPDX-License-Identifier: Apache-2.0
// Probes: whether the domain, its servers and our resolver work at all.
#pragma once

#include "resolver/diagnosis/session/examination.hpp"

namespace easydkim {

probing our_resolver_down(examination& at, std::size_t record);
probing not_confirmed(examination& at, std::size_t record);
probing no_such_domain(examination& at, std::size_t record);
probing auth_unreachable(examination& at, std::size_t record);
probing dnssec_bogus(examination& at, std::size_t record);
probing nodata_without_soa(examination& at, std::size_t record);
probing ent_nxdomain(examination& at, std::size_t record);

/// What a validating resolver says of a name that does not validate; nothing when it is not for that. The
/// name must be one that exists.
boost::asio::awaitable<std::optional<explained_by>> refused_as_bogus(examination& at, std::string name,
                                                                     rr_type type);

}  // namespace easydkim
