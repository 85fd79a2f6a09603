// SPDX-License-Identifier: Apache-2.0
// Text for people: the object of GetStatus, summarised.
#pragma once

#include "client/connection/json_members.hpp"
#include "client/text/console.hpp"

namespace easydkim {

void print_daemon(console& where, const json::object& status);

}  // namespace easydkim
