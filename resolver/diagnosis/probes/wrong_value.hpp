// SPDX-License-Identifier: Apache-2.0
// Probes: the CNAME is where it should be, but says something else.
#pragma once

#include "resolver/diagnosis/session/examination.hpp"

namespace easydkim {

/// Whether a token that the domain has or had stands in `text`, in letters of any case.
bool names_a_token(const examination& at, std::string_view text);
/// Whether `target` is exactly the value of another record than `record`.
bool is_value_of_another(const examination& at, std::size_t record, std::string_view target);

probing value_appended(examination& at, std::size_t record);
probing tokens_crossed(examination& at, std::size_t record);
probing stale_token(examination& at, std::size_t record);
probing wrong_suffix(examination& at, std::size_t record);
/// Whatever else it says; so it comes last of these.
probing value_garbage(examination& at, std::size_t record);

}  // namespace easydkim
