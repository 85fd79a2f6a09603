// SPDX-License-Identifier: Apache-2.0
// What becomes of an exception that leaves a coroutine on which nobody waits.
//
// Problem: asio::detached forgets it. When memory ran out in the one that accepts clients, the daemon would
// live on and be deaf; and it cannot be thrown on, for Asio then ends the coroutine twice. Choice: it ends
// the process with its last words (last_words.hpp), and the next start finds all that was acknowledged.
#pragma once

#include <exception>

namespace easydkim {

/// The last argument of asio::co_spawn. Whatever else is one is noexcept for the same reason.
inline constexpr auto not_waited_for = [](std::exception_ptr thrown) noexcept {
  if (thrown) std::rethrow_exception(thrown);
};

}  // namespace easydkim
