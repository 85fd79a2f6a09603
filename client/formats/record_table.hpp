// SPDX-License-Identifier: Apache-2.0
// The records as a table, for a person who types or copies into the panel of a DNS provider.
#pragma once

#include "client/formats/record_sheet.hpp"
#include "client/text/console.hpp"

namespace easydkim {

void print_table(console& where, const record_sheet& sheet);

}  // namespace easydkim
