// SPDX-License-Identifier: Apache-2.0
// Probes: a CNAME that leads on, to the value in the end or in a circle.
#pragma once

#include "resolver/diagnosis/session/examination.hpp"

namespace easydkim {

probing cname_loop(examination& at, std::size_t record);
probing cname_chain(examination& at, std::size_t record);

}  // namespace easydkim
