// The commands about identities that are one call each.
#pragma once

#include "client/commands/request.hpp"
#include "client/text/console.hpp"

namespace easydkim {

int run_verify(const request& asked, console& where);
int run_records(const request& asked, console& where);
int run_status(const request& asked, console& where);
int run_check(const request& asked, console& where);
int run_enable(const request& asked, console& where);
int run_disable(const request& asked, console& where);
int run_delete(const request& asked, console& where);

}  // namespace easydkim
