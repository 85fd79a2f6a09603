// SPDX-License-Identifier: Apache-2.0
// The two fatal errors of a store: unusable at the start, broken while running. What callers can repair is an
// `errc`.
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string_view>

namespace easydkim {

/// The store cannot be used at all: locked by another daemon, damaged, truncated, not readable. `what()` is
/// one sentence with the file's name and what to do. Ends the start of the daemon.
struct store_unusable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The store no longer works in this process: LMDB can write no more (MDB_PANIC), or data cannot be
/// read. The process must end and be started again; the start then says what is wrong.
struct store_broken : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Throws `store_unusable`: "'FILE' is damaged (WHAT): restore it from a backup, ...".
[[noreturn]] void refuse_damaged(const std::filesystem::path& file, std::string_view what);

/// Throws `store_unusable`: "'FILE' cannot be ACTION (errno's text): the remedy". `code`: an errno.
[[noreturn]] void refuse_access(const std::filesystem::path& file, std::string_view action, int code);

}  // namespace easydkim
