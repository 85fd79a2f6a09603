// `easydkim evidence`: the answers of the DNS that the daemon kept for a domain.
#pragma once

#include "daemon/client/console.hpp"
#include "daemon/client/request.hpp"

namespace easydkim {

int run_evidence(const request& asked, console& where);

}  // namespace easydkim
