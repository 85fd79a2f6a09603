// SPDX-License-Identifier: Apache-2.0
// The records for Terraform and OpenTofu: resources of the provider that serves the zone, or of both that are
// known here when its name servers do not say which.
#pragma once

#include "client/formats/record_sheet.hpp"
#include "client/text/console.hpp"

namespace easydkim {

void print_terraform(console& where, const record_sheet& sheet);

}  // namespace easydkim
