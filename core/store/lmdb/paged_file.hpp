// SPDX-License-Identifier: Apache-2.0
// A file, read page by page without mapping it: a failing disk gives an error, and no signal.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "posix/file_handle.hpp"

namespace easydkim {

/// All calls throw `store_unusable`.
class paged_file {
 public:
  /// Opens `path` to be read.
  explicit paged_file(const std::filesystem::path& path);

  /// In octets, when it was opened. A daemon that ends meanwhile makes it shorter, by what is behind its
  /// pages.
  std::size_t size() const noexcept { return size_; }

  /// Exactly `size` octets from `offset`. A file that ends before is damaged.
  void read(char* to, std::size_t size, std::size_t offset) const;

  /// A page of `page_size` octets, valid until the next is asked for. Many pages were written one after the
  /// other, and are asked for in that order: reads ahead then. Precondition: the file has that page, and
  /// `page_size` is always the same.
  std::string_view page(std::uint64_t number, std::size_t page_size);

 private:
  std::size_t read_some(char* to, std::size_t size, std::size_t offset) const;

  std::filesystem::path path_;
  file_handle file_;
  std::size_t size_ = 0;
  std::uint64_t ahead_from_ = 0;
  std::string ahead_;  // pages from that one
};

}  // namespace easydkim
