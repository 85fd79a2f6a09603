// SPDX-License-Identifier: Apache-2.0
#include "core/store/lmdb/paged_file.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "core/store/store_error.hpp"

namespace easydkim {
namespace {

constexpr std::size_t pages_ahead = 32;

}  // namespace

paged_file::paged_file(const std::filesystem::path& path) : path_{path}, file_{path, O_RDONLY} {
  if (!file_) refuse_access(path_, "opened", errno);
  const ::off_t end = ::lseek(file_.number(), 0, SEEK_END);
  if (end < 0) refuse_access(path_, "read", errno);
  size_ = static_cast<std::size_t>(end);
}

std::size_t paged_file::read_some(char* to, std::size_t size, std::size_t offset) const {
  std::size_t count = 0;
  while (count < size) {
    const ::ssize_t part =
        ::pread(file_.number(), to + count, size - count, static_cast<::off_t>(offset + count));
    if (part < 0 && errno == EINTR) continue;
    if (part < 0) refuse_access(path_, "read", errno);
    if (part == 0) break;
    count += static_cast<std::size_t>(part);
  }
  return count;
}

void paged_file::read(char* to, std::size_t size, std::size_t offset) const {
  if (read_some(to, size, offset) < size) refuse_damaged(path_, "it is cut off");
}

std::string_view paged_file::page(std::uint64_t number, std::size_t page_size) {
  const std::uint64_t behind = ahead_from_ + ahead_.size() / page_size;
  if (number < ahead_from_ || number >= behind) {
    const std::size_t left = size_ / page_size - static_cast<std::size_t>(number);
    ahead_.resize((number == behind ? std::min(pages_ahead, left) : 1) * page_size);
    ahead_from_ = number;
    const std::size_t count =
        read_some(ahead_.data(), ahead_.size(), static_cast<std::size_t>(number) * page_size);
    if (count < page_size) refuse_damaged(path_, "it is cut off");
    ahead_.resize(count / page_size * page_size);  // what is gone is not asked for, or missed then
  }
  return std::string_view{ahead_}.substr(static_cast<std::size_t>(number - ahead_from_) * page_size,
                                         page_size);
}

}  // namespace easydkim
