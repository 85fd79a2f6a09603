// The object of GetStatus as a short summary for a person.
#pragma once

#include "client/connection/json_members.hpp"
#include "client/text/console.hpp"

namespace easydkim {

void print_daemon(console& where, const json::object& status);

}  // namespace easydkim
