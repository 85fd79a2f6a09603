// The object of GetStatus as a short summary for a person.
#pragma once

#include "daemon/client/console.hpp"
#include "daemon/client/json_members.hpp"

namespace easydkim {

void print_daemon(console& where, const json::object& status);

}  // namespace easydkim
