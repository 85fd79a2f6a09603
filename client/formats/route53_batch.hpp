// SPDX-License-Identifier: Apache-2.0
// The records as a change batch of Amazon Route 53:
// aws route53 change-resource-record-sets --hosted-zone-id ID --change-batch file://FILE
#pragma once

#include "client/formats/record_sheet.hpp"
#include "client/text/console.hpp"

namespace easydkim {

void print_route53(console& where, const record_sheet& sheet);

}  // namespace easydkim
