// SPDX-License-Identifier: Apache-2.0
// Evidence in the store: beside the identities, and never in their way.
#include <gtest/gtest.h>

#include "core/store/identity_store.hpp"
#include "core/store/lmdb/lmdb.hpp"
#include "core/store/lmdb/store_tables.hpp"
#include "core/store/records/big_endian.hpp"
#include "tests/support/observations.hpp"
#include "tests/support/scratch_store.hpp"

namespace easydkim {
namespace {

using namespace tests;

class EvidenceStore : public testing::Test {
 protected:
  identity_store& store() { return *store_; }
  void reopen() {
    store_.reset();
    store_.emplace(directory_.store(), 64 * mebibyte);
  }
  template <class Change>
  void in_a_group(Change change) {
    write_group group{store()};
    change(group);
    group.commit().value();
  }
  identity add(std::string_view name) {
    std::optional<identity> added;
    in_a_group([&](auto& group) { added = group.insert(fresh(name)).value(); });
    return *added;
  }
  void keep(identity_id id, const evidence& seen) {
    in_a_group([&](auto& group) { group.keep_evidence(id, seen).value(); });
  }

  /// Does `change` to the closed store by LMDB alone, as another program would.
  template <class Change>
  void from_outside(Change change) {
    store_.reset();
    {
      lmdb_environment opened{
          {.where = directory_.store(), .size = 64 * mebibyte, .tables = store_tables::count}};
      lmdb_transaction writing{opened, lmdb_transaction::access::write};
      change(writing);
      writing.commit();
    }
    store_.emplace(directory_.store(), 64 * mebibyte);
  }

  const evidence sample_ = merge_evidence({.before = {}, .news = sample_observation()}).value();
  scratch_directory directory_;
  std::optional<identity_store> store_{std::in_place, directory_.store(), 64 * mebibyte};
};

TEST_F(EvidenceStore, IsEmptyUntilSomethingIsKept) {
  const identity added = add("a.example");
  EXPECT_EQ(*store().evidence_of(added.id), evidence{});
  EXPECT_EQ(*store().evidence_of(77), evidence{});
}

TEST_F(EvidenceStore, GivesBackWhatWasKeptAlsoAfterARestart) {
  const identity added = add("a.example");
  const identity other = add("b.example");
  keep(added.id, sample_);
  EXPECT_EQ(*store().evidence_of(added.id), sample_);
  reopen();
  EXPECT_EQ(*store().evidence_of(added.id), sample_);
  EXPECT_EQ(*store().evidence_of(other.id), evidence{});
  EXPECT_EQ(store().load(added.id), added);
}

TEST_F(EvidenceStore, ThatFillsPagesOfItsOwnIsFoundInOrderAtTheNextStart) {
  const identity added = add("a.example");
  const identity other = add("b.example");
  evidence much = sample_;
  while (much.answers.size() < evidence::most_answers) {
    answer_seen next = sample_.answers.front();
    next.name = std::string(200, 'n');
    next.target = std::string(100, 't');
    next.ttl = static_cast<std::uint32_t>(much.answers.size());
    much.answers.push_back(std::move(next));
  }
  keep(added.id, much);
  keep(other.id, much);
  reopen();
  EXPECT_EQ(*store().evidence_of(added.id), much);
  keep(added.id, sample_);
  in_a_group([&](auto& group) { group.erase(other, noon).value(); });
  reopen();
  EXPECT_EQ(*store().evidence_of(added.id), sample_);
}

TEST_F(EvidenceStore, GoesWithItsIdentity) {
  const identity added = add("a.example");
  keep(added.id, sample_);
  in_a_group([&](auto& group) { group.erase(added, noon).value(); });
  EXPECT_EQ(*store().evidence_of(added.id), evidence{});
  keep(added.id, sample_);
  EXPECT_EQ(*store().evidence_of(added.id), evidence{}) << "a late answer about one that is gone";
}

TEST_F(EvidenceStore, IsSeenByItsGroupOnlyBeforeTheCommit) {
  const identity added = add("a.example");
  write_group group{store()};
  EXPECT_FALSE(group.has_changes());
  ASSERT_TRUE(group.keep_evidence(added.id, sample_));
  EXPECT_TRUE(group.has_changes());
  EXPECT_EQ(*group.evidence_of(added.id), sample_);
  EXPECT_EQ(*store().evidence_of(added.id), evidence{});
}

TEST_F(EvidenceStore, OfAStoreMadeBeforeItIsAddedAtTheStart) {
  const identity added = add("a.example");
  // A store of the easydkimd before had three tables.
  store_.reset();
  std::filesystem::remove_all(directory_.store() / "data.mdb");
  {
    lmdb_environment made{{.where = directory_.store(), .size = 64 * mebibyte, .tables = 3}};
    lmdb_transaction first{made, lmdb_transaction::access::write};
    const lmdb_table records = first.create("records");
    const lmdb_table names = first.create("names");
    const lmdb_table meta = first.create("meta");
    const big_endian<8> id{added.id};
    first.put(records, id.bytes(), encode(added));
    first.put(names, store_tables::name_key(added.account, added.domain.text()), id.bytes());
    for (const auto& [name, value] : {std::pair{"format", 1}, {"next_id", 2}, {"count", 1}})
      first.put(meta, name, big_endian<8>{static_cast<std::uint64_t>(value)}.bytes());
    first.commit();
  }
  reopen();
  EXPECT_EQ(store().load(added.id), added);
  keep(added.id, sample_);
  reopen();
  EXPECT_EQ(*store().evidence_of(added.id), sample_);
}

TEST_F(EvidenceStore, IsNotSeenByAnEarlierProgramAndWhatThatLeftBehindGoes) {
  const identity kept = add("kept.example");
  const identity gone = add("gone.example");
  keep(kept.id, sample_);
  keep(gone.id, sample_);
  store_.reset();
  {
    // What easydkimd did before: it opened three tables, and erased an identity in them.
    lmdb_environment opened{{.where = directory_.store(), .size = 64 * mebibyte, .tables = 3}};
    lmdb_transaction writing{opened, lmdb_transaction::access::write};
    const lmdb_table records = writing.open("records");
    const lmdb_table names = writing.open("names");
    const lmdb_table meta = writing.open("meta");
    EXPECT_TRUE(writing.erase(records, big_endian<8>{gone.id}.bytes()));
    EXPECT_TRUE(writing.erase(names, store_tables::name_key(gone.account, gone.domain.text())));
    writing.put(meta, "count", big_endian<8>{1}.bytes());
    writing.commit();
  }
  reopen();
  EXPECT_EQ(*store().evidence_of(kept.id), sample_);
  EXPECT_EQ(*store().evidence_of(gone.id), evidence{});
  std::uint64_t entries = 0;
  from_outside([&](lmdb_transaction& within) { entries = within.entries(within.open("evidence")); });
  EXPECT_EQ(entries, 1u);
}

TEST_F(EvidenceStore, ThatIsDamagedStopsNothingAndIsReplaced) {
  const identity added = add("a.example");
  keep(added.id, sample_);
  from_outside([&](lmdb_transaction& within) {
    within.put(within.open("evidence"), big_endian<8>{added.id}.bytes(), "not what was written");
  });
  EXPECT_EQ(store().load(added.id), added);
  EXPECT_EQ(store().evidence_of(added.id).error(), record_fault::checksum);
  keep(added.id, sample_);
  EXPECT_EQ(*store().evidence_of(added.id), sample_);
}

TEST_F(EvidenceStore, LeavesRoomForTheIdentitiesInAStoreThatIsFull) {
  store_.reset();
  std::filesystem::remove_all(directory_.store());
  store_.emplace(directory_.store(), mebibyte / 2);
  std::size_t count = 0;
  while (count < 200 && fill(store(), count, count + 1)) ++count;
  ASSERT_EQ(count, 200u);
  std::size_t kept = 0;
  for (identity_id id = 1; id <= count; ++id) {
    keep(id, sample_);
    kept += *store().evidence_of(id) == sample_;
  }
  EXPECT_GT(kept, 10u);
  EXPECT_LT(kept, count) << "not all fits";
  for (identity_id id = 1; id <= count; ++id) {
    identity changed = *store().load(id);
    changed.dkim.status = dkim_status::failed;
    write_group group{store()};
    ASSERT_TRUE(group.update(changed)) << id;
    ASSERT_TRUE(group.commit()) << id;
  }
}

TEST_F(EvidenceStore, WithoutChangesNothingIsWritten) {
  const auto before = std::filesystem::last_write_time(directory_.store() / "data.mdb");
  const std::uint64_t used = store().usage().used_bytes;
  in_a_group([](auto& group) { EXPECT_FALSE(group.load(1)); });
  EXPECT_EQ(std::filesystem::last_write_time(directory_.store() / "data.mdb"), before);
  EXPECT_EQ(store().usage().used_bytes, used);
}

}  // namespace
}  // namespace easydkim
