// SPDX-License-Identifier: Apache-2.0
// Probes: the name exists, but has records of other types instead of the CNAME.
#pragma once

#include "resolver/diagnosis/session/examination.hpp"

namespace easydkim {

probing txt_instead_of_cname(examination& at, std::size_t record);
probing key_copied(examination& at, std::size_t record);
probing other_type(examination& at, std::size_t record);
probing proxied(examination& at, std::size_t record);
probing flattened(examination& at, std::size_t record);

}  // namespace easydkim
