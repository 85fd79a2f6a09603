// SPDX-License-Identifier: Apache-2.0
// The records for octoDNS: YAML to merge into the file ZONE.yaml of its YamlProvider, one document for each
// zone. The names of a file must be in their natural order there (octoDNS' enforce_order): numbers in them
// count as numbers.
#pragma once

#include "client/formats/record_sheet.hpp"
#include "client/text/console.hpp"

namespace easydkim {

void print_octodns(console& where, const record_sheet& sheet);

}  // namespace easydkim
