// SPDX-License-Identifier: Apache-2.0
// A disk that refuses to be written, for a store that is open.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <system_error>

namespace easydkim::tests {

/// Makes LMDB's descriptor for data.mdb with the given access fail every write, for the length of a scope:
/// O_RDWR for the pages, O_WRONLY for the head. One store may be open, and nobody may write while it begins
/// or ends.
class failing_writes {
 public:
  explicit failing_writes(int access) {
    for (const auto& entry : std::filesystem::directory_iterator{"/proc/self/fd"}) {
      std::error_code gone;
      const int number = std::stoi(entry.path().filename());
      const bool is_data = std::filesystem::read_symlink(entry.path(), gone).filename() == "data.mdb";
      if (is_data && (::fcntl(number, F_GETFL) & O_ACCMODE) == access) number_ = number;
    }
    kept_ = ::dup(number_);
    const std::string again = "/proc/self/fd/" + std::to_string(number_);
    const int read_only = ::open(again.c_str(), O_RDONLY);
    ::dup2(read_only, number_);
    ::close(read_only);
  }
  ~failing_writes() {
    ::dup2(kept_, number_);
    ::close(kept_);
  }
  failing_writes(const failing_writes&) = delete;
  failing_writes& operator=(const failing_writes&) = delete;

 private:
  int number_ = -1;
  int kept_ = -1;
};

}  // namespace easydkim::tests
