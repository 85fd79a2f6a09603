// `easydkim evidence`: the answers of the DNS that the daemon kept for a domain.
#pragma once

#include "client/commands/request.hpp"
#include "client/text/console.hpp"

namespace easydkim {

int run_evidence(const request& asked, console& where);

}  // namespace easydkim
