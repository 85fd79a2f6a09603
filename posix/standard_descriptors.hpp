// SPDX-License-Identifier: Apache-2.0
// Descriptors 0, 1 and 2, which a careless parent may have closed.
//
// The first files that a process opens would take their numbers, and what is meant for the log would be
// written into the database, or into a socket.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>

namespace easydkim {

/// Puts /dev/null where standard input, output or error is closed. To be called before anything is opened.
/// Ends the process, with status 1, where there is no /dev/null.
inline void keep_standard_descriptors() {
  int opened = 0;
  do opened = ::open("/dev/null", O_RDWR);
  while (opened >= 0 && opened <= STDERR_FILENO);
  if (opened < 0) std::_Exit(1);
  ::close(opened);
}

}  // namespace easydkim
