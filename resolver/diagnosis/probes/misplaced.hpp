// SPDX-License-Identifier: Apache-2.0
// Probes: the record exists, but at another name. Only the zone's own servers are asked, so that no resolver
// remembers that a name does not exist; and of one record first, as panels spoil all three in the same way.
#pragma once

#include "resolver/diagnosis/session/examination.hpp"

namespace easydkim {

probing double_domain(examination& at, std::size_t record);
probing missing_subdomain(examination& at, std::size_t record);
probing underscore_refused(examination& at, std::size_t record);
probing swapped_fields(examination& at, std::size_t record);
probing www_prefix(examination& at, std::size_t record);
probing stale_set(examination& at, std::size_t record);

}  // namespace easydkim
