// SPDX-License-Identifier: Apache-2.0
#include "daemon/storage/trial_write.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>

namespace easydkim {

bool can_make_durable(const std::filesystem::path& file, std::size_t octets) noexcept {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (descriptor < 0) return false;
  constexpr std::array<char, 4096> page{};
  bool is_whole = true;
  for (std::size_t written = 0; is_whole && written < octets; written += page.size())
    is_whole = ::write(descriptor, page.data(), page.size()) == static_cast<ssize_t>(page.size());
  is_whole = is_whole && ::fsync(descriptor) == 0;
  ::close(descriptor);
  ::unlink(file.c_str());
  return is_whole;
}

}  // namespace easydkim
