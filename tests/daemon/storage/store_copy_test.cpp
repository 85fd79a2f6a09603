// SPDX-License-Identifier: Apache-2.0
#include "daemon/storage/store_copy.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <string>
#include <thread>

#include "tests/support/filled_store.hpp"

namespace easydkim {
namespace {

using namespace std::chrono_literals;
using tests::mebibyte;

/// A pipe stands in for a file on a disk that stands still: it takes 64 KiB, and no more until somebody reads.
class StoreCopy : public testing::Test {
 protected:
  StoreCopy() { std::signal(SIGPIPE, SIG_IGN); }

  static std::array<int, 2> pipe() {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) throw std::runtime_error{"no pipe"};
    return ends;
  }
  /// False when the copy takes no more.
  static bool write_all(store_copy& copy, std::string_view octets) {
    while (!octets.empty()) {
      const ::ssize_t taken = ::write(copy.number(), octets.data(), octets.size());
      if (taken < 0 && errno != EINTR) return false;
      if (taken > 0) octets.remove_prefix(static_cast<std::size_t>(taken));
    }
    return true;
  }
  std::filesystem::path file() const { return directory_.path() / "copy.mdb"; }
  file_handle opened() const { return file_handle{file(), O_WRONLY | O_CREAT}; }

  tests::scratch_directory directory_;
};

TEST_F(StoreCopy, PutsAllOfItIntoTheFile) {
  std::string octets(3 * mebibyte + 4096, 'x');
  for (std::size_t i = 0; i < octets.size(); ++i) octets[i] = static_cast<char>(i * 7919 >> 8);
  store_copy copy{opened()};
  EXPECT_TRUE(write_all(copy, octets));
  EXPECT_EQ(*copy.finish(store_copy::wrote::all), octets.size());
  EXPECT_EQ(copy.progress() / octets.size(), 1U);
  EXPECT_EQ(tests::read_file(file()), octets);
}

TEST_F(StoreCopy, LeavesNothingOfWhatWasNotWhole) {
  store_copy copy{opened()};
  EXPECT_TRUE(write_all(copy, std::string(mebibyte, 'x')));
  EXPECT_EQ(copy.finish(store_copy::wrote::not_all).error(), "");
  EXPECT_EQ(std::filesystem::file_size(file()), 0U);
}

TEST_F(StoreCopy, LeavesNothingWhenItIsGivenUp) {
  store_copy copy{opened()};
  EXPECT_TRUE(write_all(copy, std::string(mebibyte, 'x')));
  copy.give_up();
  EXPECT_FALSE(write_all(copy, "more"));
  EXPECT_FALSE(copy.finish(store_copy::wrote::all));
  EXPECT_EQ(std::filesystem::file_size(file()), 0U);
}

TEST_F(StoreCopy, TellsWhyTheFileTookNoMore) {
  store_copy copy{file_handle{"/dev/full", O_WRONLY}};
  const bool is_taken = write_all(copy, std::string(4 * mebibyte, 'x'));
  EXPECT_FALSE(is_taken);
  EXPECT_EQ(copy.finish(store_copy::wrote::not_all).error(), "No space left on device");
}

TEST_F(StoreCopy, IntoADiskThatStandsStillTakesItsFirstPagesAtOnceAndEndsWhenItIsGivenUp) {
  const auto [from, into] = pipe();
  const std::string first_pages(8192, 'x');
  store_copy copy{file_handle{into}};
  const auto began = std::chrono::steady_clock::now();
  EXPECT_TRUE(write_all(copy, first_pages));
  EXPECT_LT(std::chrono::steady_clock::now() - began, 2s);
  std::thread writing{[&] {
    EXPECT_FALSE(write_all(copy, std::string(8 * mebibyte, 'x')));
    EXPECT_FALSE(copy.finish(store_copy::wrote::not_all));
  }};
  std::uint64_t progress = 1;
  for (int same = 0; same < 3; std::this_thread::sleep_for(20ms))
    same = copy.progress() == std::exchange(progress, copy.progress()) ? same + 1 : 0;
  copy.give_up();
  writing.join();
  EXPECT_LT(std::chrono::steady_clock::now() - began, 20s);
  ::close(from);
}

TEST_F(StoreCopy, OfAStoreIntoADiskThatStandsStillHoldsNoChangeUp) {
  for (const store_layout layout : {store_layout::as_it_is, store_layout::compact}) {
    tests::scratch_directory directory;
    identity_store store{directory.store(), 64 * mebibyte};
    for (std::size_t i = 0; i < 5000; i += 500) tests::fill(store, i, i + 500).value();
    const auto [from, into] = pipe();
    store_copy copy{file_handle{into}};
    std::thread writing{[&] {
      EXPECT_FALSE(store.copy_to(copy.number(), layout));
      EXPECT_FALSE(copy.finish(store_copy::wrote::not_all));
    }};
    for (std::size_t i = 5000; i < 5050; ++i) EXPECT_TRUE(tests::fill(store, i, i + 1));
    copy.give_up();
    writing.join();
    ::close(from);
  }
}

}  // namespace
}  // namespace easydkim
