#include "daemon/revocable_file.hpp"

namespace easydkim {

revocable_file::revocable_file(file_handle file) noexcept
    : file_{std::move(file)},
      lent_{::fcntl(file_.number(), F_DUPFD_CLOEXEC, 0)},
      refuses_{"/dev/null", O_RDONLY} {}

void revocable_file::revoke() noexcept {
  ::dup3(refuses_.number(), lent_.number(), O_CLOEXEC);
}

void revocable_file::clear() noexcept {
  // A file that cannot be shortened is no worse than one that is left.
  [[maybe_unused]] const bool is_empty = ::ftruncate(file_.number(), 0) == 0;
}

}  // namespace easydkim
