// Names under which many owners register: "com", "co.uk". Nobody can prove to own one.
#pragma once

#include <string>
#include <string_view>

#include "core/domain_name.hpp"

namespace easydkim {

/// Whether `domain` itself is in the ICANN section of the public suffix list: the newer of Debian's file
/// (package publicsuffix, read at the first call) and the list that libpsl was built with. A name that the
/// list does not know is no suffix. Throws std::runtime_error when there is no list at all. Thread-safe.
bool is_public_suffix(const domain_name& domain);

/// The part of `domain` (lower case) that somebody registered: one label more than a name of the ICANN
/// section; where that does not know the name, its last two labels. Empty for a public suffix and a single
/// label. Throws as above. Thread-safe.
std::string registrable_domain(std::string_view domain);

}  // namespace easydkim
