// SPDX-License-Identifier: Apache-2.0
// Probes: the CNAME is right, but receivers of mail find no key through it.
#pragma once

#include "resolver/diagnosis/session/examination.hpp"

namespace easydkim {

probing txt_unresolvable(examination& at, std::size_t record);
probing target_key_missing(examination& at, std::size_t record);

}  // namespace easydkim
