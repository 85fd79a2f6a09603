// SPDX-License-Identifier: Apache-2.0
// What easydkimd does with a store instead of serving it: --check-store and --compact.
//
// Both print what they found to the standard output, and what is wrong, one sentence a line, to the standard
// error. They return the exit status: 0 whole, 1 not.
#pragma once

#include <filesystem>

namespace easydkim {

/// Looks through the store in a process of its own, which a disk that cannot be read may end. `where`: a
/// directory or a copy of its data.mdb. Precondition: this process has one thread.
int print_check_of_store(const std::filesystem::path& where);

/// Compacts the database of a daemon that is not running.
int print_compaction_of_store(const std::filesystem::path& directory);

}  // namespace easydkim
