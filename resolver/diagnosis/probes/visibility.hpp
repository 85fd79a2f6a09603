// SPDX-License-Identifier: Apache-2.0
// Probes: a record that is published, but not for everybody.
#pragma once

#include "resolver/diagnosis/session/examination.hpp"

namespace easydkim {

probing negative_cache(examination& at, std::size_t record);
probing stale_positive_cache(examination& at, std::size_t record);
probing auth_inconsistent(examination& at, std::size_t record);
probing private_zone(examination& at, std::size_t record);

}  // namespace easydkim
