// SPDX-License-Identifier: Apache-2.0
// An error of an operation as a whole sentence for its caller, the same over every transport.
#pragma once

#include <string>
#include <string_view>

#include "core/error.hpp"

namespace easydkim {

/// "'co.uk' is a public suffix, ....": `subject` is what the call was about, as the caller gave it.
std::string error_sentence(errc error, std::string_view subject);

}  // namespace easydkim
