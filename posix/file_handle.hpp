// SPDX-License-Identifier: Apache-2.0
// An open file or directory, closed at the end of its scope.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <utility>

namespace easydkim {

/// Owns a file descriptor; never inherited by programs that are started. Empty when opening failed: see
/// errno.
class file_handle {
 public:
  file_handle(const std::filesystem::path& file, int flags) noexcept
      : number_{::open(file.c_str(), flags | O_CLOEXEC, 0600)} {}
  explicit file_handle(int owned) noexcept : number_{owned} {}
  ~file_handle() {
    if (number_ >= 0) ::close(number_);
  }
  file_handle(file_handle&& other) noexcept : number_{std::exchange(other.number_, -1)} {}
  file_handle& operator=(file_handle&&) = delete;

  explicit operator bool() const noexcept { return number_ >= 0; }
  int number() const noexcept { return number_; }

 private:
  int number_;
};

}  // namespace easydkim
