// SPDX-License-Identifier: Apache-2.0
#include "core/store/store_error.hpp"

#include <array>
#include <cerrno>
#include <string>
#include <system_error>

namespace easydkim {
namespace {

struct remedy_row {
  int code;
  std::string_view remedy;
};

constexpr std::array remedies{
    remedy_row{EACCES, "give it to the user that easydkimd runs as, or set store.path to another directory"},
    remedy_row{EPERM, "give it to the user that easydkimd runs as, or set store.path to another directory"},
    remedy_row{EROFS, "mount its file system for writing, or set store.path to another directory"},
    remedy_row{ENOTDIR, "set store.path to a directory"},
    remedy_row{EEXIST, "set store.path to a directory"},
    remedy_row{EISDIR, "remove the directory that stands in its place"},
    remedy_row{ENOSPC, "free space on its file system"},
    // What LMDB also makes of a disk that is nearly full: a write that was cut short.
    remedy_row{EIO, "free space on its file system if that is full, or else check the disk"},
    remedy_row{EDQUOT, "raise the disk quota of the user that easydkimd runs as"},
    remedy_row{ENOMEM, "lower store.size, or raise the limit of the address space (ulimit -v)"},
    remedy_row{EMFILE, "raise the limit of open files (ulimit -n)"},
};

std::string_view remedy_of(int code) noexcept {
  for (const remedy_row& each : remedies)
    if (each.code == code) return each.remedy;
  return "check the disk and its file system";
}

}  // namespace

void refuse_damaged(const std::filesystem::path& file, std::string_view what) {
  throw store_unusable{
      "'" + file.string() + "' is damaged (" + std::string{what} +
      "): restore it from a backup, or remove it and the file in-use beside it to start empty"};
}

void refuse_access(const std::filesystem::path& file, std::string_view action, int code) {
  throw store_unusable{"'" + file.string() + "' cannot be " + std::string{action} + " (" +
                       std::generic_category().message(code) + "): " + std::string{remedy_of(code)}};
}

}  // namespace easydkim
