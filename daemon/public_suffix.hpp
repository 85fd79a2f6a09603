// Names under which many owners register: "com", "co.uk". Nobody can prove to own one.
#pragma once

#include "core/domain_name.hpp"

namespace easydkim {

/// Whether `domain` itself is in the ICANN section of the public suffix list: the newer of Debian's file
/// (package publicsuffix, read at the first call) and the list that libpsl was built with. A name that the
/// list does not know is no suffix. Throws std::runtime_error when there is no list at all. Thread-safe.
bool is_public_suffix(const domain_name& domain);

}  // namespace easydkim
