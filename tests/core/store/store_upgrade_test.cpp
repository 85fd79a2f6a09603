// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "core/store/lmdb/lmdb.hpp"
#include "core/store/lmdb/store_check.hpp"
#include "core/store/lmdb/store_tables.hpp"
#include "core/store/records/big_endian.hpp"
#include "tests/support/scratch_store.hpp"

namespace easydkim {
namespace {

using tests::domain;
using tests::fresh;
using tests::mebibyte;
using tests::name_of;
using tests::noon;
using tests::toy_digest;

namespace fs = std::filesystem;

/// A store as easydkimd wrote it in format 4: four tables, and records without a suffix.
class StoreOfFormat4 : public testing::Test {
 protected:
  static constexpr std::size_t identities = 20;

  /// The identities of it, as they are read now.
  static identity one(std::size_t i) {
    identity subject = fresh(name_of(i), "default", i);
    subject.id = i + 1;
    if (i % 2 == 1) {
      subject.txt.status = dkim_status::pending;
      subject.txt.window_started_at = noon;
    }
    return subject;
  }

  void make(std::uint64_t size, const std::function<bool(const lmdb_transaction&, std::size_t)>& is_enough) {
    std::filesystem::create_directory(directory_.store());
    lmdb_environment made{{.where = directory_.store(), .size = size, .tables = 4}};
    lmdb_transaction first{made, lmdb_transaction::access::write};
    const lmdb_table records = first.create("records");
    const lmdb_table names = first.create("names");
    const lmdb_table meta = first.create("meta");
    first.create("evidence");
    std::size_t count = 0;
    for (; !is_enough(first, count); ++count) {
      const identity each = one(count);
      const big_endian<8> id{each.id};
      first.append(records, id.bytes(), encode_as_before(each, no_suffixes).value());
      first.put(names, store_tables::name_key(each.account, each.domain.text()), id.bytes());
    }
    for (const auto& [name, value] : {std::pair{"format", std::size_t{4}}, {"next_id", count + 1}, {"count", count}})
      first.put(meta, name, big_endian<8>{value}.bytes());
    first.commit();
    identities_ = count;
  }
  void make() {
    make(16 * mebibyte, [](const lmdb_transaction&, std::size_t count) { return count == identities; });
  }

  store_options options(std::string suffix = "dkim.example.net", std::uint64_t size = 16 * mebibyte) const {
    return {.directory = directory_.store(), .size = size, .target_suffix = std::move(suffix), .digest = toy_digest};
  }
  fs::path copy() const { return directory_.store() / "data.mdb.format-4"; }
  std::uint64_t format() const { return check_store(directory_.store()).format; }

  tests::scratch_directory directory_;
  std::size_t identities_ = 0;
};

TEST_F(StoreOfFormat4, IsReadWithTheSuffixOfThatDay) {
  make();
  const identity_store store{options()};
  for (std::size_t i = 0; i < identities_; ++i) {
    identity expected = one(i);
    expected.target_suffix = "dkim.example.net";
    EXPECT_EQ(store.load(i + 1), expected);
  }
  std::size_t seen = 0;
  store.each_summary([&](const identity_summary& each) { seen += each.target_suffix == "dkim.example.net"; });
  EXPECT_EQ(seen, identities_);
}

TEST_F(StoreOfFormat4, IsCopiedBesideItselfBeforeItIsChanged) {
  make();
  {
    identity_store store{options()};
    ASSERT_TRUE(store.upgrade());
    EXPECT_EQ(store.upgrade()->from, 4U);
    EXPECT_EQ(store.upgrade()->to, 5U);
    EXPECT_EQ(store.upgrade()->copy, copy());
    write_group group{store};
    group.erase(*group.load(1), noon).value();
    group.commit().value();
  }
  const store_findings before = check_store(copy());
  EXPECT_EQ(before.format, 4U);
  EXPECT_EQ(before.identities, identities_);
  EXPECT_EQ(before.damages, 0U);
  EXPECT_EQ(format(), 5U);
  EXPECT_FALSE(identity_store{options()}.upgrade());
}

TEST_F(StoreOfFormat4, IsOpenedWithoutACopyWhereThereCannotBeOne) {
  make();
  fs::create_directories(copy() / "in the way");
  const identity_store store{options()};
  ASSERT_TRUE(store.upgrade());
  EXPECT_EQ(store.upgrade()->copy, "");
  EXPECT_FALSE(store.upgrade()->fault.empty());
  EXPECT_EQ(store.count(), identities_);
  EXPECT_FALSE(fs::exists(copy().string() + ".part"));
}

TEST_F(StoreOfFormat4, KeepsItsSuffixWhenTheConfiguredOneChanges) {
  make();
  {
    identity_store store{options("dkim.example.net")};
    write_group group{store};
    identity changed = *group.load(1);
    changed.dkim.first_miss_at = noon;
    group.update(changed).value();
    group.commit().value();
  }
  identity_store store{options("dkim.example.org")};
  identity fresh_one = fresh("fresh.example");
  fresh_one.target_suffix = "dkim.example.org";
  {
    write_group group{store};
    fresh_one = group.insert(fresh_one).value();
    group.commit().value();
  }
  EXPECT_EQ(store.load(1)->target_suffix, "dkim.example.net") << "written anew";
  EXPECT_EQ(store.load(1)->dkim.first_miss_at, noon);
  EXPECT_EQ(store.load(2)->target_suffix, "dkim.example.net") << "as it was";
  EXPECT_EQ(store.load(fresh_one.id), fresh_one);
}

TEST_F(StoreOfFormat4, ThatIsFullHasRoomForAllThatBecomesOfIt) {
  constexpr std::uint64_t size = 2 * mebibyte;
  make(size, [&](const lmdb_transaction& within, std::size_t) {
    return within.used_pages() * 4096 > size * 93 / 100;
  });
  identity_store store{options("dkim.example.net", size)};
  for (std::size_t i = 0; i < identities_; ++i) {
    write_group group{store};
    identity changed = *group.load(i + 1);
    changed.dkim.status = dkim_status::success;
    changed.dkim.verified_at = changed.dkim.checked_at = noon;
    ASSERT_TRUE(group.update(changed)) << i;
    ASSERT_TRUE(group.commit()) << i;
  }
  for (std::size_t i = 0; i < identities_; ++i) {
    const std::size_t next = i * 7919 % identities_ + 1;
    write_group group{store};
    const auto there = group.load(next);
    if (!there) continue;
    EXPECT_EQ(there->dkim.status, dkim_status::success);
    ASSERT_TRUE(group.erase(*there, noon)) << next;
    ASSERT_TRUE(group.commit()) << next;
  }
}

}  // namespace
}  // namespace easydkim
