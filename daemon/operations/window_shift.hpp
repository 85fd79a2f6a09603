// SPDX-License-Identifier: Apache-2.0
// Moves the windows of all identities along when the wall clock was set.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "core/identity.hpp"
#include "core/store/identity_store.hpp"
#include "daemon/storage/group_commit.hpp"

namespace easydkim {

/// Durable when it returns; what could not be written is logged and stays as it was. `store` and `writer`
/// must outlive the call.
boost::asio::awaitable<void> shift_windows(const identity_store& store, group_commit& writer,
                                           clock_step step);

}  // namespace easydkim
