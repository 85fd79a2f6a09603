// SPDX-License-Identifier: Apache-2.0
// The records for programs and spreadsheets.
#pragma once

#include "client/formats/record_sheet.hpp"
#include "client/text/console.hpp"

namespace easydkim {

/// Writes an array of objects, in one line.
void print_json(console& where, const record_sheet& sheet);

/// Writes comma-separated values (RFC 4180), with a header.
void print_csv(console& where, const record_sheet& sheet);

}  // namespace easydkim
