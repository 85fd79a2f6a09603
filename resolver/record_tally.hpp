// What the servers of a zone say together of one record.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "core/finding.hpp"

namespace easydkim {

/// What one of them says.
struct server_finding {
  std::string server;       // its name
  finding seen;             // `no_answer` also when what it said does not count
  bool is_resting = false;  // was not asked, since it was silent or lame before: nobody waits for it
};

/// Another target on any of them is the result. Else all that respond must have the record, and there must be
/// two of them, or as many as do not rest: one alone may be an old server that somebody else has now. Some
/// that have it and some that have not: {absent, on_some_servers}, `observed` naming one of these. None that
/// responds: {no_answer, why}.
finding tally(std::span<const server_finding> of);

}  // namespace easydkim
