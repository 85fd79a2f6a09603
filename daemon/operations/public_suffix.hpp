// SPDX-License-Identifier: Apache-2.0
// Names under which many owners have names: "com", "co.uk", "github.io".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/domain_name.hpp"

namespace easydkim {

enum class suffix_kind : std::uint8_t {
  none,
  registry,  // the ICANN section: "com", "co.uk"
  company,   // the private section: "github.io", "uk.com"
};

/// What `domain` itself is in the public suffix list: the newer of Debian's file (package publicsuffix, read at
/// the first call) and the list that libpsl was built with. A name that the list does not know is no suffix.
/// Throws std::runtime_error when there is no list at all. Thread-safe.
suffix_kind suffix_kind_of(const domain_name& domain);

/// The part of `domain` (lower case) that somebody registered, or got from a company that lets others have
/// names: one label more than a name of the list; where it does not know the name, its last two labels. Empty
/// for a suffix and a single label. It need not be a zone of its own: below "github.io" nobody's is. Throws as
/// above. Thread-safe.
std::string registrable_domain(std::string_view domain);

}  // namespace easydkim
