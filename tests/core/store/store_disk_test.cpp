// SPDX-License-Identifier: Apache-2.0
// What surrounds a store: another daemon, other users, disks that are full, read-only or failing.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <optional>

#include "tests/support/failing_writes.hpp"
#include "tests/support/filled_store.hpp"

namespace easydkim {
namespace {

using namespace tests;
namespace fs = std::filesystem;

constexpr ::uid_t nobody = 65534;

class StoreDisk : public filled_store {};

TEST_F(StoreDisk, ALockFileOfLmdbThatIsMissingOrGarbageDoesNotMatter) {
  fs::remove(path() / "lock.mdb");
  EXPECT_EQ(look().how, ending::intact);
  write_file(path() / "lock.mdb", std::string(9000, '\xAB'));
  EXPECT_EQ(look().how, ending::intact);
}

TEST_F(StoreDisk, ASecondDaemonIsRefusedWithThePidOfTheFirst) {
  std::optional<identity_store> first{std::in_place, path(), store_size};
  expect_refused("easydkimd.lock", "easydkimd is already running, pid " + std::to_string(::getpid()) + ";");
  EXPECT_THROW((identity_store{path(), store_size}), store_unusable) << "also in the same process";
  EXPECT_TRUE(fill(*first, identities, identities + 1)) << "the first is unharmed";
  first.reset();
  EXPECT_NO_THROW((identity_store{path(), store_size}));
}

TEST_F(StoreDisk, ADaemonThatWasKilledLeavesNoLock) {
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const ::pid_t child = ::fork();
  if (child == 0) {
    const identity_store store{path(), store_size};
    [[maybe_unused]] const auto written = ::write(ready[1], "x", 1);
    for (;;) ::pause();
  }
  char octet = 0;
  ASSERT_EQ(::read(ready[0], &octet, 1), 1);
  EXPECT_EQ(look().how, ending::refused);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  EXPECT_EQ(look().how, ending::intact);
  ::close(ready[0]);
  ::close(ready[1]);
}

TEST_F(StoreDisk, FilesOfAnotherUserAreRefusedByName) {
  const bool root = ::geteuid() == 0;
  fs::permissions(directory_.path(), fs::perms::all);
  const auto opened_by_nobody = [&] {
    return in_a_child([&](std::string& said) {
      if (root && ::setuid(nobody) != 0) return ending::wrong;
      return looked_at(said);
    });
  };
  for (const char* name : {"data.mdb", "lock.mdb", "easydkimd.lock"}) {
    for (const auto& entry : fs::directory_iterator{path()}) {
      fs::permissions(entry, fs::perms::owner_read | fs::perms::owner_write);
      ASSERT_TRUE(!root || ::chown(entry.path().c_str(), nobody, nobody) == 0);
    }
    ASSERT_TRUE(!root || ::chown(path().c_str(), nobody, nobody) == 0);
    EXPECT_EQ(opened_by_nobody().how, ending::intact);
    fs::permissions(path() / name, fs::perms::none);
    const outcome seen = opened_by_nobody();
    EXPECT_EQ(seen.how, ending::refused) << name;
    EXPECT_NE(seen.said.find(std::string{name} + "' cannot be opened"), std::string::npos) << seen.said;
    EXPECT_NE(seen.said.find("the user that easydkimd runs as"), std::string::npos) << seen.said;
  }
}

TEST_F(StoreDisk, ADirectoryThatCannotBeMadeIsRefusedByName) {
  write_file(directory_.path() / "file", "");
  for (const fs::path& wrong : {directory_.path() / "file", directory_.path() / "file" / "below"}) {
    try {
      const identity_store store{wrong, store_size};
      ADD_FAILURE() << wrong;
    } catch (const store_unusable& refusal) {
      const std::string said = refusal.what();
      EXPECT_NE(said.find(wrong.string() + "' cannot be made"), std::string::npos) << said;
      EXPECT_NE(said.find("set store.path to a directory"), std::string::npos) << said;
    }
  }
}

TEST_F(StoreDisk, ADiskThatRefusesPagesRefusesTheGroupAndTheNextOneWorks) {
  identity_store store{path(), store_size};
  {
    const failing_writes failing{O_RDWR};
    EXPECT_EQ(fill(store, 1000, 1001).error(), errc::store_failed);
    EXPECT_EQ(fill(store, 1000, 1001).error(), errc::store_failed);
    EXPECT_TRUE(store.load(1)) << "reading goes on";
  }
  EXPECT_FALSE(store.find("default", domain(name_of(1000))));
  EXPECT_TRUE(fill(store, 1000, 1001));
  EXPECT_TRUE(store.find("default", domain(name_of(1000))));
}

TEST_F(StoreDisk, AHeadThatCannotBeWrittenEndsWritingUntilTheNextStart) {
  {
    identity_store store{path(), store_size};
    {
      const failing_writes failing{O_WRONLY};
      EXPECT_EQ(fill(store, 1000, 1001).error(), errc::store_failed);
    }
    EXPECT_THROW(static_cast<void>(fill(store, 1000, 1001)), store_broken);
  }
  EXPECT_EQ(look().how, ending::intact);
}

/// Runs `body` with a disk of 4 MiB of its own, which is gone when the process ends, however it ends.
outcome with_small_disk(const fs::path& where, const std::function<void()>& body) {
  fs::create_directories(where);
  return in_a_child([&](std::string&) {
    if (::unshare(CLONE_NEWNS) != 0 || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount("tmpfs", where.c_str(), "tmpfs", 0, "size=4m") != 0)
      throw std::runtime_error{"no small disk"};
    body();
    return ending::intact;
  });
}

void require(bool holds, const std::string& what) {
  if (!holds) throw std::runtime_error{what};
}

std::size_t size_of(const identity_store& store) {
  std::size_t seen = 0;
  store.each([&](const identity&) { ++seen; });
  return seen;
}

TEST_F(StoreDisk, AFullDiskRefusesGroupsUntilSpaceIsBack) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root may mount a small disk";
  const fs::path disk = directory_.path() / "disk";
  const outcome seen = with_small_disk(disk, [&] {
    write_file(disk / "ballast", std::string(mebibyte, 'x'));
    std::size_t count = 0;
    {
      identity_store store{disk / "store", 64 * mebibyte};
      result<void> filled = fill(store, 0, 100);
      for (; filled; filled = fill(store, count, count + 100)) count += 100;
      require(filled.error() == errc::store_failed, "the full disk is an error of the disk");
      require(count > 1000, "the disk took a thousand");
      require(size_of(store) == count, "all that was acknowledged is there, and nothing else");
      require(store.find("default", domain(name_of(count - 1))).has_value(), "reading goes on");

      fs::remove(disk / "ballast");
      require(fill(store, count, count + 100).has_value(), "space is back, and no restart was needed");
    }
    require(size_of(identity_store{disk / "store", 64 * mebibyte}) == count + 100,
            "all is there after a restart");
  });
  EXPECT_EQ(seen.how, ending::intact) << seen.said;
}

TEST_F(StoreDisk, ADiskThatIsFullOrReadOnlyAtTheStartIsRefusedWithItsRemedy) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root may mount a small disk";
  const fs::path disk = directory_.path() / "disk";
  const auto refusal_of_start = [&]() -> std::string {
    try {
      const identity_store store{disk / "store", store_size};
    } catch (const store_unusable& refusal) {
      return refusal.what();
    }
    return "it started";
  };
  const auto require_refusal = [&](std::string_view remedy) {
    const std::string said = refusal_of_start();
    require(said.find(remedy) != std::string::npos, said);
  };
  const outcome seen = with_small_disk(disk, [&] {
    // At every stage of a first start the space may end.
    for (std::size_t free = 0; free <= 16 * page_size; free += page_size) {
      write_file(disk / "ballast", std::string(4 * mebibyte - free, 'x'));
      if (const std::string said = refusal_of_start(); said != "it started")
        require(said.find("free space on its file system") != std::string::npos, said);
      fs::remove_all(disk / "store");
    }
    write_file(disk / "ballast", std::string(5 * mebibyte, 'x'));
    require_refusal("free space on its file system");
    fs::remove(disk / "ballast");
    require_refusal("it started");

    require(::mount("tmpfs", disk.c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, "size=4m") == 0, "remounted");
    require_refusal("mount its file system for writing");
    fs::path missing = disk / "another";
    try {
      const identity_store store{missing, store_size};
      require(false, "made on a read-only disk");
    } catch (const store_unusable& refusal) {
      require(std::string_view{refusal.what()}.find("mount its file system for writing") != std::string::npos,
              refusal.what());
    }
  });
  EXPECT_EQ(seen.how, ending::intact) << seen.said;
}

TEST(StoreTakenAway, WritesNothingMoreAndSaysSo) {
  namespace fs = std::filesystem;
  for (const bool is_replaced : {false, true}) {
    tests::scratch_directory directory;
    identity_store store{directory.store(), 16 * tests::mebibyte};
    tests::fill(store, 0, 1).value();
    EXPECT_NO_THROW(store.must_be_in_place());
    fs::rename(directory.store() / "data.mdb", directory.path() / "elsewhere.mdb");
    if (is_replaced) fs::copy_file(directory.path() / "elsewhere.mdb", directory.store() / "data.mdb");
    try {
      static_cast<void>(tests::fill(store, 1, 2));
      ADD_FAILURE() << "it was written";
    } catch (const store_broken& why) {
      EXPECT_NE(std::string{why.what()}.find("data.mdb' was removed or replaced"), std::string::npos) << why.what();
    }
    EXPECT_THROW(store.must_be_in_place(), store_broken);
    EXPECT_EQ(store.count(), 1U);
  }
}

TEST(StoreTakenAway, WithItsWholeDirectoryWritesNothingMore) {
  tests::scratch_directory directory;
  identity_store store{directory.store(), 16 * tests::mebibyte};
  std::filesystem::remove_all(directory.store());
  EXPECT_THROW(static_cast<void>(tests::fill(store, 0, 1)), store_broken);
}

}  // namespace
}  // namespace easydkim
