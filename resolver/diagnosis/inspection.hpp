// SPDX-License-Identifier: Apache-2.0
// The pre-flight check: what would keep new records from working.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <vector>

#include "core/diagnosis/domain_inspection.hpp"
#include "resolver/diagnosis/session/examination.hpp"

namespace easydkim {

/// The gravest first. `at` has a search of the zone, and nothing wanted.
boost::asio::awaitable<std::vector<domain_warning>> warnings_of(examination& at);

}  // namespace easydkim
