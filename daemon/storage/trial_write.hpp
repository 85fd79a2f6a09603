// SPDX-License-Identifier: Apache-2.0
// A file that is written only to see whether the disk takes it.
#pragma once

#include <cstddef>
#include <filesystem>

namespace easydkim {

/// Writes `octets` to `file`, makes them durable, and removes it. False when any of that fails. Blocks.
bool can_make_durable(const std::filesystem::path& file, std::size_t octets) noexcept;

}  // namespace easydkim
