// Probes: the CNAME is where it should be, but says something else.
#pragma once

#include "resolver/diagnosis/probe.hpp"

namespace easydkim {

probing value_appended(examination& at, std::size_t record);
probing tokens_crossed(examination& at, std::size_t record);
probing stale_token(examination& at, std::size_t record);
probing wrong_suffix(examination& at, std::size_t record);
/// Whatever else it says; so it comes last of these.
probing value_garbage(examination& at, std::size_t record);

}  // namespace easydkim
