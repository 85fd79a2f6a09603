// SPDX-License-Identifier: Apache-2.0
// A new file, there whole or not at all: written under another name beside it, synced, and then renamed.
#pragma once

#include <string>

namespace easydkim {

/// Every member function throws `failure` (usage) with the name, the reason and the remedy.
class new_file {
 public:
  /// Makes an empty file beside `path`, mode 0600. Refuses when something is at `path` already.
  explicit new_file(std::string path);

  /// Without `keep`: nothing is left behind.
  ~new_file();
  new_file(const new_file&) = delete;
  new_file& operator=(const new_file&) = delete;

  int number() const noexcept { return number_; }

  /// Gives it its name, for good. Refuses when something came there meanwhile.
  void keep();

 private:
  std::string path_;
  std::string unfinished_;
  int number_ = -1;
};

}  // namespace easydkim
