// SPDX-License-Identifier: Apache-2.0
#include "core/store/lmdb/lmdb.hpp"

#include <fcntl.h>
#include <lmdb.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <utility>

#include "posix/file_handle.hpp"

namespace easydkim {
namespace {

constexpr std::uint64_t meta_pages = 2;

/// For new pages, in octets: no more than a quarter of what is used, so that a small file stays small.
std::uint64_t most_room_ahead(std::uint64_t used) {
  return std::min<std::uint64_t>(used / 4, 1024 * 1024);
}

lmdb_error::kind kind_of(int code) {
  if (code > 0) return lmdb_error::kind::disk;  // errno
  if (code == MDB_MAP_FULL || code == MDB_TXN_FULL) return lmdb_error::kind::full;
  if (code == MDB_PANIC) return lmdb_error::kind::panic;
  return lmdb_error::kind::other;
}

void must(int code) {
  if (code != MDB_SUCCESS) throw lmdb_error{code};
}

/// For calls that may say that an entry is not there, or is there already.
bool must_unless(int excepted, int code) {
  if (code == excepted) return false;
  must(code);
  return true;
}

MDB_val to_value(std::string_view bytes) {
  return {bytes.size(), const_cast<char*>(bytes.data())};  // LMDB only reads it
}
std::string_view to_bytes(const MDB_val& value) {
  return {static_cast<const char*>(value.mv_data), value.mv_size};
}

/// LMDB maps lock.mdb for writing without taking disk space for it: where none is left, that is a SIGBUS.
void take_space_for_readers(const std::filesystem::path& directory) {
  constexpr ::off_t octets_of_126_readers = 8192;  // LMDB's default
  const file_handle opened{directory / "lock.mdb", O_RDWR | O_CREAT};
  must(opened ? ::posix_fallocate(opened.number(), 0, octets_of_126_readers) : errno);
}

unsigned flags_of(lmdb_environment::access wanted) {
  switch (wanted) {
    case lmdb_environment::access::write:
      return 0;
    case lmdb_environment::access::read:
      return MDB_RDONLY;
    case lmdb_environment::access::read_alone:
      return MDB_RDONLY | MDB_NOLOCK | MDB_NOSUBDIR;
  }
  return 0;
}

/// Whether the address space takes a map of `size` beside those that are there.
bool has_room_for(std::uint64_t size) {
  void* const map = ::mmap(nullptr, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return map != MAP_FAILED && ::munmap(map, size) == 0;
}

}  // namespace

lmdb_error::lmdb_error(int number)
    : std::runtime_error{mdb_strerror(number)}, what_failed{kind_of(number)}, code{number} {}

lmdb_environment::lmdb_environment(const settings& chosen) : writes_{chosen.wanted == access::write} {
  if (writes_) take_space_for_readers(chosen.where);

  MDB_env* made = nullptr;
  must(mdb_env_create(&made));
  // After a failed mdb_env_open, closing is all that is allowed.
  std::unique_ptr<MDB_env, decltype(&mdb_env_close)> opened{made, &mdb_env_close};
  must(mdb_env_set_maxdbs(made, chosen.tables));
  must(mdb_env_set_mapsize(made, chosen.size));
  must(mdb_env_open(made, chosen.where.c_str(), MDB_NOTLS | flags_of(chosen.wanted), 0600));

  handle_ = opened.release();
  try {
    forget_dead_readers();
    note_size();
  } catch (const lmdb_error&) {
    mdb_env_close(handle_);
    throw;
  }
}

void lmdb_environment::note_size() {
  MDB_envinfo info{};
  must(mdb_env_info(handle_, &info));
  MDB_stat shape{};
  must(mdb_env_stat(handle_, &shape));
  page_size_ = shape.ms_psize;
  pages_ = info.me_mapsize / page_size_;
}

std::uint64_t lmdb_environment::file_pages() const {
  MDB_envinfo info{};
  must(mdb_env_info(handle_, &info));
  return info.me_last_pgno + 1;
}

void lmdb_environment::keep_room_ahead() {
  static constexpr std::array<char, 64 * 1024> zeros{};
  std::optional<file_length> file = length();
  if (!file) return;
  const std::uint64_t room = most_room_ahead(file->used);
  if (file->whole >= file->used + room / 4) return;
  const std::uint64_t until = std::min(file->used + room, pages_ * page_size_);
  // From the end on, never before it: a large transaction may have written pages already.
  while (file->whole < until) {
    const std::size_t size = std::min<std::uint64_t>(zeros.size(), until - file->whole);
    const ::ssize_t written = ::pwrite(file->number, zeros.data(), size, static_cast<::off_t>(file->whole));
    if (written <= 0) return;
    file->whole += static_cast<std::uint64_t>(written);
  }
}

std::optional<lmdb_environment::file_length> lmdb_environment::length() const {
  mdb_filehandle_t number = -1;
  struct stat now {};
  if (mdb_env_get_fd(handle_, &number) != 0 || ::fstat(number, &now) != 0) return std::nullopt;
  return file_length{
      .number = number, .used = file_pages() * page_size_, .whole = static_cast<std::uint64_t>(now.st_size)};
}

bool lmdb_environment::is_at(const std::filesystem::path& name) const noexcept {
  mdb_filehandle_t number = -1;
  struct stat open {}, named {};
  if (mdb_env_get_fd(handle_, &number) != 0 || ::fstat(number, &open) != 0) return true;  // a write will tell
  if (::stat(name.c_str(), &named) != 0) return errno != ENOENT && errno != ENOTDIR;
  return open.st_nlink > 0 && open.st_ino == named.st_ino && open.st_dev == named.st_dev;
}

bool lmdb_environment::resize(std::uint64_t size) {
  if (!has_room_for(size)) return false;  // LMDB gives up its map before it makes the new one
  must(mdb_env_set_mapsize(handle_, size));
  note_size();
  return true;
}

void lmdb_environment::copy(int file, layout chosen) const {
  // As mdb_env_copy2 does: past the page cache, which holds what the daemon reads. Not every file can.
  struct stat there {};
  const bool is_file = ::fstat(file, &there) == 0 && S_ISREG(there.st_mode);
  if (const int flags = ::fcntl(file, F_GETFL); is_file && flags >= 0) ::fcntl(file, F_SETFL, flags | O_DIRECT);
  must(mdb_env_copyfd2(handle_, file, chosen == layout::compact ? MDB_CP_COMPACT : 0));
}

void lmdb_environment::forget_dead_readers() {
  int dead = 0;
  must(mdb_reader_check(handle_, &dead));
}

/// After a commit that failed nobody knows which head the disk has, and so what of the file it needs.
lmdb_environment::~lmdb_environment() {
  const auto file = length();
  const bool has_room_ahead = writes_ && !commit_failed_ && file && file->whole > file->used;
  if (has_room_ahead && ::ftruncate(file->number, static_cast<::off_t>(file->used)) != 0) {
    // It stays as long as it is.
  }
  mdb_env_close(handle_);
}

lmdb_transaction::lmdb_transaction(lmdb_environment& environment, access wanted) : environment_{environment} {
  must(mdb_txn_begin(environment.handle_, nullptr, wanted == access::read ? MDB_RDONLY : 0, &handle_));
}

lmdb_transaction::~lmdb_transaction() {
  if (handle_ != nullptr) mdb_txn_abort(handle_);
}

lmdb_table lmdb_transaction::open(const char* name) {
  lmdb_table opened;
  must(mdb_dbi_open(handle_, name, 0, &opened.handle));
  return opened;
}

std::optional<lmdb_table> lmdb_transaction::open_if_there(const char* name) {
  lmdb_table opened;
  if (!must_unless(MDB_NOTFOUND, mdb_dbi_open(handle_, name, 0, &opened.handle))) return std::nullopt;
  return opened;
}

lmdb_table lmdb_transaction::create(const char* name) {
  lmdb_table made;
  must(mdb_dbi_open(handle_, name, MDB_CREATE, &made.handle));
  return made;
}

std::uint64_t lmdb_transaction::number() const noexcept {
  return mdb_txn_id(handle_);
}

std::optional<std::string_view> lmdb_transaction::get(lmdb_table table, std::string_view key) const {
  MDB_val wanted = to_value(key);
  MDB_val value{};
  if (!must_unless(MDB_NOTFOUND, mdb_get(handle_, table.handle, &wanted, &value))) return std::nullopt;
  return to_bytes(value);
}

std::uint64_t lmdb_transaction::entries(lmdb_table table) const {
  MDB_stat shape{};
  must(mdb_stat(handle_, table.handle, &shape));
  return shape.ms_entries;
}

std::uint64_t lmdb_transaction::used_pages() const {
  // Handles count up from LMDB's own tables (free list, list of tables) to ours; the first unknown ends them.
  std::uint64_t pages = meta_pages;
  MDB_stat shape{};
  for (unsigned handle = 0; must_unless(EINVAL, mdb_stat(handle_, handle, &shape)); ++handle)
    pages += shape.ms_branch_pages + shape.ms_leaf_pages + shape.ms_overflow_pages;
  return pages;
}

void lmdb_transaction::put(lmdb_table table, std::string_view key, std::string_view value) {
  must(put(table, key, value, 0));
}
bool lmdb_transaction::put_new(lmdb_table table, std::string_view key, std::string_view value) {
  return must_unless(MDB_KEYEXIST, put(table, key, value, MDB_NOOVERWRITE));
}
void lmdb_transaction::append(lmdb_table table, std::string_view key, std::string_view value) {
  must(put(table, key, value, MDB_APPEND));
}
int lmdb_transaction::put(lmdb_table table, std::string_view key, std::string_view value, unsigned flags) {
  MDB_val place = to_value(key);
  MDB_val content = to_value(value);
  return mdb_put(handle_, table.handle, &place, &content, flags);
}

bool lmdb_transaction::erase(lmdb_table table, std::string_view key) {
  MDB_val place = to_value(key);
  return must_unless(MDB_NOTFOUND, mdb_del(handle_, table.handle, &place, nullptr));
}

void lmdb_transaction::commit() {
  const int code = mdb_txn_commit(std::exchange(handle_, nullptr));
  if (code != MDB_SUCCESS) environment_.commit_failed_ = true;
  must(code);
}

void lmdb_transaction::reset() noexcept {
  mdb_txn_reset(handle_);
}
void lmdb_transaction::renew() {
  must(mdb_txn_renew(handle_));
}

lmdb_cursor::lmdb_cursor(const lmdb_transaction& within, lmdb_table table) {
  must(mdb_cursor_open(within.handle_, table.handle, &handle_));
}

lmdb_cursor::~lmdb_cursor() {
  mdb_cursor_close(handle_);
}

std::optional<lmdb_cursor::entry> lmdb_cursor::at_or_after(std::string_view key) {
  MDB_val place = to_value(key);
  MDB_val value{};
  if (!must_unless(MDB_NOTFOUND, mdb_cursor_get(handle_, &place, &value, MDB_SET_RANGE))) return std::nullopt;
  return entry{to_bytes(place), to_bytes(value)};
}

std::optional<lmdb_cursor::entry> lmdb_cursor::next() {
  MDB_val place{};
  MDB_val value{};
  if (!must_unless(MDB_NOTFOUND, mdb_cursor_get(handle_, &place, &value, MDB_NEXT))) return std::nullopt;
  return entry{to_bytes(place), to_bytes(value)};
}

}  // namespace easydkim
