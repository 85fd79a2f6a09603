// SPDX-License-Identifier: Apache-2.0
// Damage to data.mdb: each case ends in one clear sentence, never in a crash and never in an empty store that
// nobody asked for.
#include <gtest/gtest.h>

#include <random>

#include "core/store/lmdb/lmdb.hpp"
#include "core/store/lmdb/store_tables.hpp"
#include "core/store/records/big_endian.hpp"
#include "tests/support/filled_store.hpp"

namespace easydkim {
namespace {

using namespace tests;
namespace fs = std::filesystem;

class StoreDamage : public filled_store {};

TEST_F(StoreDamage, OfNoKindLeavesTheStoreIntact) {
  EXPECT_EQ(look().how, ending::intact);
}

TEST_F(StoreDamage, CutOffAnywhereIsRefused) {
  const std::string whole = read_file(data());
  ASSERT_GT(whole.size(), 20 * page_size);
  std::vector<std::size_t> sizes{1, 15, 16, 100, 151, 152, page_size - 1, page_size + 1, page_size + 151};
  for (std::size_t size = page_size; size < whole.size(); size += page_size) sizes.push_back(size);
  for (std::size_t size = 2 * page_size; size < whole.size(); size += 7 * page_size + 1234)
    sizes.push_back(size);
  sizes.push_back(whole.size() - 1);
  for (const std::size_t size : sizes) {
    write_file(data(), std::string_view{whole}.substr(0, size));
    expect_refused_as_damaged("cut off to " + std::to_string(size));
  }
}

TEST_F(StoreDamage, PagesOverwrittenAreRefusedWhereTheyMatter) {
  const std::string whole = read_file(data());
  std::mt19937 random{1};
  std::string noise(page_size, '\0');
  for (char& octet : noise) octet = static_cast<char>(random());
  const std::string zeros(page_size, '\0');
  const std::string ones(page_size, '\xFF');

  std::size_t refused = 0;
  const std::size_t pages = whole.size() / page_size;
  for (std::size_t page = 0; page < pages; ++page)
    for (const std::string& content :
         {noise, zeros, ones, whole.substr((page + 1) % pages * page_size, page_size)}) {
      write_file(data(), std::string{whole}.replace(page * page_size, page_size, content));
      const outcome seen = look();
      EXPECT_TRUE(seen.how == ending::intact || seen.how == ending::refused) << page << ' ' << seen.said;
      EXPECT_TRUE(page >= 2 || seen.how == ending::refused) << "head " << page;
      refused += seen.how == ending::refused;
    }
  EXPECT_GT(refused, pages * 4 / 2) << "most pages of this store are in use";
}

TEST_F(StoreDamage, InAnyBitIsRefusedOrHarmless) {
  const std::string whole = read_file(data());
  std::mt19937_64 random{1};
  for (int round = 0; round < 400; ++round) {
    // Half of the bits in the first octets of a page: addresses, flags, counts, offsets.
    const std::size_t page = random() % (whole.size() / page_size);
    const std::size_t at = page * page_size + random() % (round % 2 == 0 ? page_size : 200);
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 1 << random() % 8);
    write_file(data(), changed);
    const outcome seen = look();
    EXPECT_TRUE(seen.how == ending::intact || seen.how == ending::refused)
        << "octet " << at << ' ' << static_cast<int>(seen.how) << ' ' << seen.said;
  }
}

TEST_F(StoreDamage, OfAnotherKindOfFileIsRefused) {
  write_file(data(), "<html>404 not found</html>");
  expect_refused_as_damaged("a web page");
  write_file(data(), std::string(10 * page_size, 'x'));
  expect_refused_as_damaged("text");
}

TEST_F(StoreDamage, DataThatIsMissingOrEmptyIsNotReplacedByAnEmptyStore) {
  fs::remove(data());
  expect_refused("data.mdb' is missing", "remove in-use to start empty");
  EXPECT_FALSE(fs::exists(data()));
  write_file(data(), "");
  expect_refused("data.mdb' is empty", "restore it from a backup");

  fs::remove(path() / "in-use");
  identity_store store{path(), store_size};
  EXPECT_FALSE(store.load(1)) << "asked for by removing in-use";
  EXPECT_TRUE(fs::exists(path() / "in-use"));
}

/// Changes the tables behind the store's back, and sees what the next start says.
class StoreTables : public StoreDamage {
 protected:
  outcome look_after(const std::function<void(lmdb_transaction&, const store_tables&)>& change) {
    {
      lmdb_environment opened{{.where = path(), .size = store_size, .tables = store_tables::count}};
      lmdb_transaction transaction{opened, lmdb_transaction::access::write};
      change(transaction, store_tables{transaction});
      transaction.commit();
    }
    return look();
  }
  void expect_refused_after(std::string_view saying,
                            const std::function<void(lmdb_transaction&, const store_tables&)>& change) {
    const std::string whole = read_file(data());
    const outcome seen = look_after(change);
    EXPECT_EQ(seen.how, ending::refused) << saying;
    EXPECT_NE(seen.said.find(saying), std::string::npos) << seen.said;
    write_file(data(), whole);
  }
};

TEST_F(StoreTables, ThatLostIdentitiesAreRefused) {
  const big_endian<8> id{7};
  const std::string name = store_tables::name_key("default", name_of(6));
  const auto without_record = [&](auto& in, auto& tables) {
    ASSERT_TRUE(in.erase(tables.records, id.bytes()));
  };
  const auto without_name = [&](auto& in, auto& tables) { ASSERT_TRUE(in.erase(tables.names, name)); };
  expect_refused_after("it holds 299 identities and 300 names, but should hold 300", without_record);
  expect_refused_after("record 7 cannot be found", without_name);
  expect_refused_after("it holds 299 identities and 299 names, but should hold 300",
                       [&](auto& in, auto& tables) {
                         without_record(in, tables);
                         without_name(in, tables);
                       });
}

TEST_F(StoreTables, ThatContradictEachOtherAreRefused) {
  expect_refused_after("record 7 holds another id", [](auto& in, auto& tables) {
    const std::string bytes{in.get(tables.records, big_endian<8>{8}.bytes()).value()};
    in.put(tables.records, big_endian<8>{7}.bytes(), bytes);
  });
  expect_refused_after("record 7 does not match its checksum", [](auto& in, auto& tables) {
    in.put(tables.records, big_endian<8>{7}.bytes(), "not a record");
  });
  expect_refused_after("record 300 has an id that was not given yet",
                       [](auto& in, auto& tables) { tables.set_number(in, "next_id", 300); });
  expect_refused_after("its number 'count' is gone",
                       [](auto& in, auto& tables) { in.erase(tables.meta, "count"); });
}

TEST_F(StoreTables, WhoseNamesLeadToOtherIdentitiesAreRefused) {
  expect_refused_after("record 7 cannot be found by its id and name", [](auto& in, auto& tables) {
    in.put(tables.names, store_tables::name_key("default", name_of(6)), big_endian<8>{8}.bytes());
    in.put(tables.names, store_tables::name_key("default", name_of(7)), big_endian<8>{7}.bytes());
  });
  expect_refused_after("record 7 cannot be found by its id and name", [](auto& in, auto& tables) {
    in.erase(tables.names, store_tables::name_key("default", name_of(6)));
    in.put(tables.names, store_tables::name_key("default", "another.example"), big_endian<8>{7}.bytes());
  });
}

TEST_F(StoreDamage, OfTheOrderOfKeysIsRefused) {
  // Given a file where one name was changed in place: it is still there, and no search would find it
  const std::string whole = read_file(data());
  const std::string name = store_tables::name_key("default", name_of(100));
  std::string changed = whole;
  std::size_t places = 0;
  for (std::size_t at = 0; (at = changed.find(name, at)) != changed.npos; ++at, ++places) changed[at] = 'z';
  ASSERT_GT(places, 0U);
  write_file(data(), changed);
  const outcome seen = look();
  EXPECT_EQ(seen.how, ending::refused);
  EXPECT_NE(seen.said.find("has a key that is not in order"), std::string::npos) << seen.said;
}

TEST_F(StoreDamage, OfTheNumberOfAHeadIsRefused) {
  // Given a head that a search for the newest finds, and LMDB does not: it goes by odd and even
  const std::string whole = read_file(data());
  constexpr std::size_t transaction = 144;
  for (const std::size_t head : {0U, 1U}) {
    std::string changed = whole;
    changed[head * page_size + transaction + 1] = 1;
    char& lowest = changed[head * page_size + transaction];
    lowest = static_cast<char>((lowest & ~1) | (head == 0 ? 1 : 0));
    write_file(data(), changed);
    const outcome seen = look();
    EXPECT_EQ(seen.how, ending::refused) << head;
    EXPECT_NE(seen.said.find("its newest head is overwritten"), std::string::npos) << seen.said;
  }
}

TEST_F(StoreDamage, OfPagesThatSeemToBeChangedAlreadyIsRefused) {
  // Given pages with the mark of those that the writer may change in place: that would be in a map for reading
  const std::string whole = read_file(data());
  constexpr std::size_t flags = 10;
  constexpr char changed_already = 0x10;
  std::size_t refused = 0;
  for (std::size_t page = 0; page < whole.size() / page_size; ++page) {
    std::string changed = whole;
    changed[page * page_size + flags] |= changed_already;
    write_file(data(), changed);
    const outcome seen = look();
    EXPECT_TRUE(seen.how == ending::intact || seen.how == ending::refused) << page << ' ' << seen.said;
    refused += seen.how == ending::refused;
  }
  EXPECT_GT(refused, whole.size() / page_size / 2) << "most pages of this store are in use";
}

TEST_F(StoreTables, OfALaterFormatAreRefusedByItsName) {
  for (const std::uint64_t unknown : {0U, 6U})
    expect_refused_after(
        "(format " + std::to_string(unknown) + ", this one knows up to 5): start that version",
        [&](auto& in, auto& tables) { tables.set_number(in, "format", unknown); });
}

TEST_F(StoreTables, AreOfTheNewestFormatOnceSomethingIsWritten) {
  const auto format = [&] {
    std::uint64_t read = 0;
    look_after([&](auto& in, auto& tables) { read = tables.number(in, "format"); });
    return read;
  };
  EXPECT_EQ(format(), 5U);

  for (std::uint64_t earlier = 1; earlier < 5; ++earlier) {
    look_after([&](auto& in, auto& tables) { tables.set_number(in, "format", earlier); });
    identity& changed = expected_.front();
    {
      identity_store store{path(), store_size};
      write_group given_up{store};
      ASSERT_TRUE(given_up.update(changed));
    }
    EXPECT_EQ(format(), earlier);
    changed.dkim.misses = static_cast<std::uint8_t>(earlier);
    {
      identity_store store{path(), store_size};
      write_group group{store};
      ASSERT_TRUE(group.update(changed));
      ASSERT_TRUE(group.commit());
    }
    EXPECT_EQ(format(), 5U);
    EXPECT_EQ(look().how, ending::intact);
  }
}

TEST_F(StoreDamage, AnInterruptedFirstStartIsRepeated) {
  const fs::path fresh_path = directory_.path() / "interrupted";
  fs::create_directories(fresh_path / "creating");
  write_file(fresh_path / "creating" / "data.mdb", "torn");
  {
    identity_store store{fresh_path, store_size};
    EXPECT_TRUE(fill(store, 0, 1));
  }
  EXPECT_FALSE(fs::exists(fresh_path / "creating"));
  fs::remove(fresh_path / "in-use");  // as if it had ended between the renaming and the marker
  identity_store store{fresh_path, store_size};
  EXPECT_TRUE(store.find("default", domain(name_of(0))));
  EXPECT_TRUE(fs::exists(fresh_path / "in-use"));
}

}  // namespace
}  // namespace easydkim
