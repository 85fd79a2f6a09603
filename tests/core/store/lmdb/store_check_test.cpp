// SPDX-License-Identifier: Apache-2.0
// --check-store and what belongs to it: a store is looked through, copied and made smaller.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/store/lmdb/lmdb.hpp"
#include "core/store/lmdb/paged_file.hpp"
#include "core/store/lmdb/store_check.hpp"
#include "core/store/lmdb/store_compaction.hpp"
#include "core/store/lmdb/store_tables.hpp"
#include "core/store/records/big_endian.hpp"
#include "posix/file_handle.hpp"
#include "tests/support/filled_store.hpp"

namespace easydkim {
namespace {

using namespace tests;

class StoreCheck : public filled_store {
 protected:
  /// How a check in a process of its own ends, as --check-store does it.
  outcome checked() const {
    return in_a_child([&](std::string& said) {
      try {
        const store_findings seen = check_store(path());
        if (!seen.damaged.empty()) said = seen.damaged.front();
        if (seen.damages > 0) return ending::refused;
        return seen.identities == identities ? ending::intact : ending::wrong;
      } catch (const store_unusable& refusal) {
        said = refusal.what();
        return ending::refused;
      }
    });
  }

  void change(const std::function<void(lmdb_transaction&, const store_tables&)>& wanted) const {
    lmdb_environment opened{{.where = path(), .size = store_size, .tables = store_tables::count}};
    lmdb_transaction transaction{opened, lmdb_transaction::access::write};
    wanted(transaction, store_tables{transaction});
    transaction.commit();
  }

  fs::path copy() const { return directory_.path() / "copy.mdb"; }

  /// Copies a store that is open.
  void copy_from(const identity_store& store, store_layout layout) const {
    const file_handle to{copy(), O_WRONLY | O_CREAT | O_TRUNC};
    ASSERT_TRUE(store.copy_to(to.number(), layout));
  }
};

TEST_F(StoreCheck, CountsWhatAWholeStoreHolds) {
  identity proven = expected_.front();
  proven.dkim.status = dkim_status::success;
  proven.dkim.verified_at = noon;
  {
    identity_store store{path(), store_size};
    write_group group{store};
    ASSERT_TRUE(group.update(proven));
    ASSERT_TRUE(group.keep_evidence(2, evidence{}));
    ASSERT_TRUE(group.commit());
  }
  const store_findings seen = check_store(path());
  EXPECT_EQ(seen.file, data());
  EXPECT_EQ(seen.format, 5U);
  EXPECT_EQ(seen.identities, identities);
  EXPECT_EQ(seen.with_status.at(dkim_status::success), 1U);
  EXPECT_EQ(seen.with_status.at(dkim_status::pending), identities - 1);
  EXPECT_EQ(seen.evidence, 1U);
  EXPECT_EQ(seen.damages, 0U);
  EXPECT_EQ(seen.page_size, page_size);
  EXPECT_GT(seen.pages, 10U);
  EXPECT_LE(seen.pages, fs::file_size(data()) / page_size);
}

TEST_F(StoreCheck, MakesNoFileAndChangesNone) {
  fs::remove(path() / "lock.mdb");
  fs::remove(path() / "easydkimd.lock");
  const std::string before = read_file(data());
  EXPECT_EQ(checked().how, ending::intact);
  EXPECT_EQ(read_file(data()), before);
  EXPECT_FALSE(fs::exists(path() / "lock.mdb"));
  EXPECT_FALSE(fs::exists(path() / "easydkimd.lock"));
}

TEST_F(StoreCheck, TakesACopyOfTheFileAlone) {
  fs::copy_file(data(), copy());
  EXPECT_EQ(check_store(copy()).identities, identities);
  EXPECT_EQ(check_store(copy()).file, copy());
}

TEST_F(StoreCheck, IsRightWhileADaemonWrites) {
  const auto written = in_a_child([&](std::string&) {
    // Given a process that inserts, changes and erases as fast as it can
    const ::pid_t writer = ::fork();
    if (writer == 0) {
      identity_store store{path(), store_size};
      for (std::size_t i = 1000;; i += 10) {
        if (!fill(store, i, i + 10)) ::_exit(1);
        write_group group{store};
        for (std::size_t gone = i; gone < i + 10; ++gone)
          if (!group.erase(*group.find("default", domain(name_of(gone))), noon)) ::_exit(1);
        if (!group.commit()) ::_exit(1);
      }
    }
    // When it is looked through meanwhile, again and again
    ending seen = ending::intact;
    for (int round = 0; round < 100 && seen == ending::intact; ++round) {
      const store_findings found = check_store(path());
      // Then every snapshot is whole: one of before the insertion or of before the erasing
      if (found.damages > 0 || (found.identities != identities && found.identities != identities + 10))
        seen = ending::wrong;
    }
    const bool wrote = ::waitpid(writer, nullptr, WNOHANG) == 0;
    ::kill(writer, SIGKILL);
    ::waitpid(writer, nullptr, 0);
    return wrote ? seen : ending::wrong;
  });
  EXPECT_EQ(written.how, ending::intact) << written.said;
}

TEST_F(StoreCheck, ThatIsKilledPinsNoPages) {
  identity_store store{path(), store_size};
  // Given a reader that was killed while it held a snapshot
  const auto reader = [&] {
    int ready[2];
    ASSERT_EQ(::pipe(ready), 0);
    const ::pid_t child = ::fork();
    if (child == 0) {
      lmdb_environment opened{{.where = path(), .tables = 4, .wanted = lmdb_environment::access::read}};
      const lmdb_transaction held{opened, lmdb_transaction::access::read};
      [[maybe_unused]] const auto told = ::write(ready[1], "x", 1);
      for (;;) ::pause();
    }
    char octet = 0;
    ASSERT_EQ(::read(ready[0], &octet, 1), 1);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    ::close(ready[0]);
    ::close(ready[1]);
  };
  reader();
  // When one identity is changed over and over
  const auto change_it = [&] {
    write_group group{store};
    ASSERT_TRUE(group.update(expected_.front()));
    ASSERT_TRUE(group.commit());
  };
  for (int i = 0; i < 20; ++i) change_it();
  const std::uint64_t before = store.usage().file_bytes;
  for (int i = 0; i < 200; ++i) change_it();
  // Then the pages are used again
  EXPECT_EQ(store.usage().file_bytes, before);
}

TEST_F(StoreCheck, TellsEveryDamagedEntry) {
  change([](auto& in, auto& tables) {
    in.put(tables.records, big_endian<8>{7}.bytes(), "not a record");
    in.erase(tables.names, store_tables::name_key("default", name_of(8)));
    in.put(tables.evidence, big_endian<8>{9}.bytes(), "not evidence");
    in.put(tables.evidence, big_endian<8>{5000}.bytes(), "of nobody");
  });
  const store_findings seen = check_store(path());
  EXPECT_EQ(seen.identities, identities - 2);
  const std::vector<std::string> expected{"record 7 does not match its checksum",
                                          "record 9 cannot be found by its id and name",
                                          "it holds 300 identities and 299 names, but should hold 300",
                                          "evidence 9 does not match its checksum",
                                          "evidence 5000 is of no identity",
                                          "evidence 5000 does not match its checksum"};
  EXPECT_EQ(seen.damaged, expected);
  EXPECT_EQ(seen.damages, expected.size());
}

TEST_F(StoreCheck, TellsTheFirstOfManyAndCountsTheOthers) {
  change([](auto& in, auto& tables) {
    for (std::uint64_t id = 1; id <= 100; ++id)
      in.put(tables.records, big_endian<8>{id}.bytes(), "no record");
  });
  const store_findings seen = check_store(path());
  EXPECT_EQ(seen.damages, 100U);
  EXPECT_EQ(seen.damaged.size(), store_findings::most_told);
}

TEST_F(StoreCheck, RefusesAStoreThatIsCutOffAnywhereOrMissing) {
  const std::string all = read_file(data());
  for (std::size_t size = 0; size < all.size(); size += page_size / 2) {
    write_file(data(), std::string_view{all}.substr(0, size));
    const outcome seen = checked();
    EXPECT_EQ(seen.how, ending::refused) << size << ' ' << seen.said;
    EXPECT_NE(seen.said.find("data.mdb' is damaged"), std::string::npos) << seen.said;
  }
  fs::remove(data());
  EXPECT_NE(checked().said.find("data.mdb' cannot be opened"), std::string::npos);
}

TEST_F(StoreCheck, FindsGarbageInEveryPageThatMatters) {
  const std::string all = read_file(data());
  std::size_t found = 0;
  for (std::size_t at = 0; at < all.size(); at += page_size) {
    write_file(data(), std::string{all}.replace(at, page_size, std::string(page_size, '\xA5')));
    const outcome seen = checked();
    EXPECT_TRUE(seen.how == ending::intact || seen.how == ending::refused) << at << ' ' << seen.said;
    // What it calls whole, a daemon starts with, and has all.
    if (seen.how == ending::intact) {
      EXPECT_EQ(look().how, ending::intact) << at;
    }
    found += seen.how == ending::refused;
  }
  EXPECT_GT(found, 10U);
}

TEST_F(StoreCheck, ReadsAStoreOfBeforeEvidence) {
  const fs::path old = directory_.path() / "old";
  fs::create_directory(old);
  {
    lmdb_environment made{{.where = old, .size = store_size, .tables = 3}};
    lmdb_transaction first{made, lmdb_transaction::access::write};
    first.create("records");
    first.create("names");
    const lmdb_table meta = first.create("meta");
    first.put(meta, "format", big_endian<8>{1}.bytes());
    first.put(meta, "next_id", big_endian<8>{1}.bytes());
    first.put(meta, "count", big_endian<8>{0}.bytes());
    first.commit();
  }
  EXPECT_EQ(check_store(old).damages, 0U);
  EXPECT_EQ(check_store(old).evidence, 0U);
}

TEST_F(StoreCheck, FindsACopyWholeThatWasMadeWhileAnotherThreadOfTheStoreGoesOn) {
  for (const store_layout layout : {store_layout::as_it_is, store_layout::compact}) {
    {
      identity_store store{path(), store_size};
      ASSERT_TRUE(fill(store, 2000, 2001));
      copy_from(store, layout);
      write_group group{store};
      ASSERT_TRUE(group.erase(*group.find("default", domain(name_of(2000))), noon));
      ASSERT_TRUE(group.commit());
    }
    EXPECT_EQ(check_store(copy()).identities, identities + 1);
    EXPECT_EQ(check_store(copy()).damages, 0U);

    // A daemon starts with it, put in the place of data.mdb.
    const fs::path restored = directory_.path() / "restored";
    fs::create_directory(restored);
    fs::rename(copy(), restored / "data.mdb");
    {
      const identity_store store{restored, store_size};
      EXPECT_TRUE(store.find("default", domain(name_of(2000))));
      EXPECT_TRUE(store.find("default", domain(name_of(0))));
    }
    fs::remove_all(restored);
  }
}

TEST_F(StoreCheck, TellsWhyACopyCouldNotBeWritten) {
  const identity_store store{path(), store_size};
  for (const store_layout layout : {store_layout::as_it_is, store_layout::compact}) {
    const file_handle full{"/dev/full", O_WRONLY};
    const auto refused = store.copy_to(full.number(), layout);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error(), "No space left on device");
  }
  EXPECT_TRUE(store.load(1));
}

TEST(PagedFile, MayBecomeShorterBehindThePagesThatAreAskedFor) {
  const scratch_directory directory;
  const fs::path file = directory.path() / "pages";
  write_file(file, std::string(40 * page_size, 'x'));
  paged_file opened{file};
  fs::resize_file(file, 10 * page_size);
  for (std::uint64_t number = 0; number < 10; ++number)
    EXPECT_EQ(opened.page(number, page_size), std::string(page_size, 'x')) << number;
  EXPECT_THROW(opened.page(10, page_size), store_unusable);
}

class StoreCompaction : public StoreCheck {
 protected:
  StoreCompaction() {
    identity_store store{path(), store_size};
    fill(store, 1000, 4000).value();
    for (std::size_t from = 1000; from < 4000; from += 100) {
      write_group group{store};
      for (std::size_t gone = from; gone < from + 100; ++gone)
        group.erase(*group.find("default", domain(name_of(gone))), noon).value();
      group.commit().value();
    }
  }
};

TEST_F(StoreCompaction, MakesTheFileAsSmallAsWhatItHoldsAndLosesNothing) {
  const std::uint64_t before = fs::file_size(data());
  const store_compaction done = compact_store(path());
  EXPECT_EQ(done.bytes_before, before);
  EXPECT_EQ(done.bytes_after, fs::file_size(data()));
  EXPECT_EQ(done.identities, identities);
  EXPECT_LT(done.bytes_after, before / 4);
  EXPECT_FALSE(fs::exists(path() / "creating"));
  EXPECT_EQ(look().how, ending::intact);
  EXPECT_EQ(checked().how, ending::intact);
}

TEST_F(StoreCompaction, IsRefusedWhileADaemonRuns) {
  const identity_store store{path(), store_size};
  const std::string before = read_file(data());
  try {
    compact_store(path());
    ADD_FAILURE();
  } catch (const store_unusable& refusal) {
    EXPECT_NE(std::string_view{refusal.what()}.find("easydkimd is already running"), std::string::npos);
  }
  EXPECT_EQ(read_file(data()), before);
}

TEST_F(StoreCompaction, IsRefusedToAnotherUserAndWhereThereIsNoStore) {
  const auto refusal = [](const fs::path& directory) -> std::string {
    try {
      compact_store(directory);
    } catch (const store_unusable& refused) {
      return refused.what();
    }
    return "done";
  };
  EXPECT_NE(refusal(directory_.path() / "none").find("cannot be opened"), std::string::npos);
  EXPECT_FALSE(fs::exists(directory_.path() / "none"));
  if (::geteuid() != 0) GTEST_SKIP() << "only root has files of another user";
  ASSERT_EQ(::chown(data().c_str(), 65534, 65534), 0);
  EXPECT_NE(refusal(path()).find("sudo -u easydkim easydkimd --compact"), std::string::npos);
}

TEST_F(StoreCompaction, OfADamagedStoreChangesNothing) {
  change([](auto& in, auto& tables) { in.put(tables.records, big_endian<8>{7}.bytes(), "not a record"); });
  const std::string before = read_file(data());
  EXPECT_THROW(compact_store(path()), store_unusable);
  EXPECT_EQ(read_file(data()), before);
}

/// More identities than are read when a store is opened.
class ALargeStore : public StoreCheck {
 protected:
  identity_store opened() const { return identity_store{path(), store_size, identities - 1}; }

  void damage(identity_id id) const {
    change([&](lmdb_transaction& transaction, const store_tables& tables) {
      const big_endian<8> key{id};
      std::string record{*transaction.get(tables.records, key.bytes())};
      record[record.size() - 20] = static_cast<char>(record[record.size() - 20] ^ 1);  // behind the summary
      transaction.put(tables.records, key.bytes(), record);
    });
  }
};

TEST_F(ALargeStore, IsCheckedAfterItWasOpened) {
  const identity_store store = opened();
  EXPECT_FALSE(store.is_checked());
  EXPECT_TRUE(store.check({}));
}

TEST_F(ALargeStore, IsNotCheckedAgainWhereItWasReadWhenItWasOpened) {
  EXPECT_TRUE((identity_store{path(), store_size, identities}.is_checked()));
}

TEST_F(ALargeStore, ShowsTheOutlinesOfAll) {
  const identity_store store = opened();
  std::size_t seen = 0;
  store.each_summary(
      [&](const identity_summary& each) { EXPECT_EQ(each, summary_of(expected_.at(seen++))); });
  EXPECT_EQ(seen, identities);
}

TEST_F(ALargeStore, ThatIsDamagedIsFoundByTheCheckAndByUse) {
  damage(7);
  const identity_store store = opened();
  try {
    store.check({});
    ADD_FAILURE() << "was taken for whole";
  } catch (const store_unusable& refusal) {
    EXPECT_NE(std::string_view{refusal.what()}.find("record 7 does not match its checksum"),
              std::string::npos)
        << refusal.what();
  }
  EXPECT_TRUE(store.load(6));
  EXPECT_THROW(store.load(7), store_broken);
}

TEST_F(ALargeStore, IsRefusedWhenIdentitiesAreMissing) {
  change([&](lmdb_transaction& transaction, const store_tables& tables) {
    transaction.erase(tables.names, store_tables::name_key("default", name_of(3)));
  });
  EXPECT_THROW(opened(), store_unusable);
}

TEST_F(ALargeStore, NeverGivesAnIdentityForTheNameOfAnother) {
  change([&](lmdb_transaction& transaction, const store_tables& tables) {
    transaction.put(tables.names, store_tables::name_key("default", name_of(3)), big_endian<8>{1}.bytes());
  });
  const identity_store store = opened();
  EXPECT_THROW(store.find("default", domain(name_of(3))), store_broken);
  EXPECT_THROW(store.check({}), store_unusable);
}

TEST(ALargerStore, StopsItsCheckWhenItIsTold) {
  const scratch_directory directory;
  identity_store store{directory.store(), 64 * mebibyte, 0};
  ASSERT_TRUE(fill(store, 0, 2000));
  std::stop_source source;
  EXPECT_TRUE(store.check(source.get_token()));
  source.request_stop();
  EXPECT_FALSE(store.check(source.get_token()));
}

class StoreSize : public testing::Test {
 protected:
  scratch_directory directory_;
};

TEST_F(StoreSize, CanBeRaisedWhileTheStoreIsInUse) {
  identity_store store{directory_.store(), mebibyte / 2};
  std::size_t count = 0;
  while (fill(store, count, count + 1)) ++count;
  ASSERT_EQ(fill(store, count, count + 1).error(), errc::store_full);

  ASSERT_TRUE(store.resize(64 * mebibyte));
  EXPECT_EQ(store.usage().size_bytes, 64 * mebibyte);
  ASSERT_TRUE(fill(store, count, count + 1000));
  for (const std::size_t each : {std::size_t{0}, count - 1, count, count + 999})
    EXPECT_TRUE(store.find("default", domain(name_of(each)))) << each;
}

TEST_F(StoreSize, NeverFallsBelowWhatIsUsed) {
  identity_store store{directory_.store(), 64 * mebibyte};
  ASSERT_TRUE(fill(store, 0, 10'000));
  ASSERT_TRUE(store.resize(mebibyte));
  EXPECT_GE(store.usage().size_bytes, store.usage().file_bytes);
  EXPECT_EQ(fill(store, 10'000, 10'001).error(), errc::store_full);
  EXPECT_TRUE(store.find("default", domain(name_of(9'999))));
}

TEST_F(StoreSize, ThatTheAddressSpaceDoesNotTakeIsRefusedAndTheStoreGoesOn) {
  identity_store store{directory_.store(), 64 * mebibyte};
  EXPECT_FALSE(store.resize(std::uint64_t{1} << 60));
  EXPECT_EQ(store.usage().size_bytes, 64 * mebibyte);
  EXPECT_TRUE(fill(store, 0, 100));
  EXPECT_TRUE(store.find("default", domain(name_of(99))));
}

}  // namespace
}  // namespace easydkim
