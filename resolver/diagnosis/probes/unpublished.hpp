// SPDX-License-Identifier: Apache-2.0
// Probes: nothing of the records is there: because the zone is another than its owner thinks, or nobody
// published.
#pragma once

#include "resolver/diagnosis/session/examination.hpp"

namespace easydkim {

probing ns_changed(examination& at, std::size_t record);
probing not_delegated_here(examination& at, std::size_t record);
probing not_published(examination& at, std::size_t record);

}  // namespace easydkim
