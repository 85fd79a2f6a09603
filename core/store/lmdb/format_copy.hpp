// SPDX-License-Identifier: Apache-2.0
// Copies a store before its first change in a newer format, so that one can go back.
#pragma once

#include <filesystem>

#include "core/store/identity_store.hpp"
#include "core/store/lmdb/lmdb.hpp"

namespace easydkim {

/// Writes a copy of `data_file` beside it, as "data.mdb.format-N", synced, and says so in `planned`; or why
/// there is none, which stops nobody: the disk may have no room. Precondition: nobody writes meanwhile.
store_upgrade kept_beside(const lmdb_environment& environment, const std::filesystem::path& data_file,
                          store_upgrade planned);

}  // namespace easydkim
