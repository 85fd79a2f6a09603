// SPDX-License-Identifier: Apache-2.0
// `easydkim import`: many domains from a file, in batches.
//
// A batch is one call of ImportIdentities. Several are under way at a time, so that the daemon commits one
// while the next is read; not more, so that memory is bounded however long the file is.
#pragma once

#include <cstddef>

#include "client/commands/command_line.hpp"
#include "client/text/console.hpp"

namespace easydkim {

inline constexpr std::size_t import_batch_identities = 1000;   // the most that ImportIdentities takes
inline constexpr std::size_t import_batch_octets = 60 * 1024;  // a request line must stay below 64 KiB
inline constexpr std::size_t import_batches_under_way = 8;

/// Returns `exit_ok` when all were taken, `exit_negative` when some were refused. Throws `failure`: usage
/// when the file cannot be read, refused when the daemon refuses a whole batch.
int run_import(const command_line& line, console& where);

}  // namespace easydkim
