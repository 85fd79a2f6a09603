// SPDX-License-Identifier: Apache-2.0
// A file that a client opened and passes with its request (unix(7), SCM_RIGHTS).
//
// So the daemon writes where the client may write, and nowhere else: who names a path needs the right to it
// himself, and the sandbox of the unit, which lets the daemon write to its own two directories only, stays
// shut.
#pragma once

#include <boost/system/error_code.hpp>
#include <cstddef>
#include <span>

#include "posix/file_handle.hpp"

namespace easydkim {

struct reception {
  std::size_t octets = 0;
  file_handle passed{-1};              // one that came beside the octets; further ones were closed
  boost::system::error_code failed{};  // asio::error::eof at the end, would_block when nothing is there
};

/// Reads what is there from a Unix stream socket, without waiting.
reception receive_with_file(int socket, std::span<char> into);

}  // namespace easydkim
