// SPDX-License-Identifier: Apache-2.0
// The records in the text of the DNS itself (RFC 1035 section 5.1). Names are absolute, so that they are
// right wherever they are pasted.
#pragma once

#include "client/formats/record_sheet.hpp"
#include "client/text/console.hpp"

namespace easydkim {

/// Writes lines of a zone file.
void print_zone(console& where, const record_sheet& sheet);

/// Writes a dynamic update for nsupdate(1) (RFC 2136).
void print_nsupdate(console& where, const record_sheet& sheet);

}  // namespace easydkim
