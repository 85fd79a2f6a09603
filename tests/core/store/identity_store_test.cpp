// SPDX-License-Identifier: Apache-2.0
#include "core/store/identity_store.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <map>
#include <optional>
#include <random>
#include <thread>

#include "tests/support/observations.hpp"
#include "tests/support/scratch_store.hpp"

namespace easydkim {
namespace {

using tests::domain;
using tests::fill;
using tests::fresh;
using tests::mebibyte;
using tests::name_of;
using tests::noon;
using tests::sample_observation;
using tests::scratch_directory;
using tests::tokens_of;

class IdentityStore : public testing::Test {
 protected:
  identity_store& store() { return *store_; }
  void reopen() {
    store_.reset();
    store_.emplace(directory_.store(), size_);
  }
  void reopen_with(std::uint64_t size) {
    size_ = size;
    reopen();
  }
  identity add(const identity& wanted) {
    write_group group{store()};
    identity added = group.insert(wanted).value();
    group.commit().value();
    return added;
  }
  void remove(const identity& gone) {
    write_group group{store()};
    group.erase(gone, noon).value();
    group.commit().value();
  }
  std::vector<identity> everything() {
    std::vector<identity> all;
    store().each([&](const identity& found) { all.push_back(found); });
    return all;
  }
  std::vector<std::string> names(std::string_view account, std::string_view after = "",
                                 std::size_t most = 100) {
    std::vector<std::string> texts;
    for (const domain_name& each : store().list(account, after, most)) texts.push_back(each.text());
    return texts;
  }

  scratch_directory directory_;
  std::uint64_t size_ = 64 * mebibyte;
  std::optional<identity_store> store_{std::in_place, directory_.store(), size_};
};

using names_list = std::vector<std::string>;

TEST_F(IdentityStore, IsEmptyAtFirst) {
  EXPECT_TRUE(everything().empty());
  EXPECT_FALSE(store().load(1));
  EXPECT_FALSE(store().find("default", domain("example.com")));
  EXPECT_EQ(names("default"), names_list{});
  EXPECT_EQ(std::filesystem::status(directory_.store()).permissions(), std::filesystem::perms::owner_all);
}

TEST_F(IdentityStore, GivesBackWhatWasInserted) {
  const identity added = add(fresh("example.com"));
  EXPECT_NE(added.id, 0u);
  EXPECT_EQ(store().load(added.id), added);
  EXPECT_EQ(store().find("default", domain("example.com")), added);
  EXPECT_EQ(everything(), std::vector{added});
}

TEST_F(IdentityStore, HasEverythingWhenOpenedAgain) {
  ASSERT_TRUE(fill(store(), 0, 500));
  const auto before = everything();
  ASSERT_EQ(before.size(), 500u);
  reopen();
  EXPECT_EQ(everything(), before);
}

TEST_F(IdentityStore, ShowsAGroupToItselfButToNobodyElseBeforeTheCommit) {
  write_group group{store()};
  const identity added = group.insert(fresh("example.com")).value();
  EXPECT_EQ(group.load(added.id), added);
  EXPECT_EQ(group.find("default", domain("example.com")), added);
  EXPECT_FALSE(store().load(added.id));
  EXPECT_FALSE(store().find("default", domain("example.com")));
  ASSERT_TRUE(group.commit());
  EXPECT_EQ(store().load(added.id), added);
}

TEST_F(IdentityStore, ForgetsAGroupThatIsNotCommitted) {
  const identity kept = add(fresh("kept.example"));
  {
    write_group group{store()};
    ASSERT_TRUE(group.insert(fresh("example.com")));
    ASSERT_TRUE(group.erase(kept, noon));
  }
  EXPECT_EQ(everything(), std::vector{kept});
  reopen();
  EXPECT_EQ(everything(), std::vector{kept});
}

TEST_F(IdentityStore, ReplacesARecord) {
  identity changed = add(fresh("example.com"));
  changed.dkim.status = dkim_status::success;
  changed.findings[0] = {finding_kind::wrong_target, finding_reason::other_target, std::string(200, 'x')};
  write_group group{store()};
  ASSERT_TRUE(group.update(changed));
  ASSERT_TRUE(group.commit());
  EXPECT_EQ(store().load(changed.id), changed);
  reopen();
  EXPECT_EQ(everything(), std::vector{changed});
}

TEST_F(IdentityStore, KeepsTheSameDomainUnderTwoAccountsApart) {
  const identity one = add(fresh("example.com", "one", 1));
  const identity two = add(fresh("example.com", "two", 2));
  EXPECT_NE(one.id, two.id);
  EXPECT_EQ(store().find("one", domain("example.com")), one);
  EXPECT_EQ(store().find("two", domain("example.com")), two);
  remove(one);
  EXPECT_FALSE(store().find("one", domain("example.com")));
  EXPECT_EQ(store().find("two", domain("example.com")), two);
}

TEST_F(IdentityStore, NeverGivesAnIdTwice) {
  add(fresh("a.example"));
  const identity last = add(fresh("b.example"));
  remove(last);
  EXPECT_FALSE(store().load(last.id));
  EXPECT_GT(add(fresh("b.example")).id, last.id);
  remove(*store().find("default", domain("b.example")));
  reopen();
  EXPECT_EQ(add(fresh("b.example")).id, last.id + 2);
}

TEST_F(IdentityStore, ListsDomainsOfOneAccountInOrderAndInPages) {
  for (const char* name : {"c.example", "a.example", "b.example"}) add(fresh(name, "acc"));
  for (const char* account : {"ac", "acc.1", "acd", "zz"}) add(fresh("other.example", account));
  EXPECT_EQ(names("acc"), (names_list{"a.example", "b.example", "c.example"}));
  EXPECT_EQ(names("acc", "", 2), (names_list{"a.example", "b.example"}));
  EXPECT_EQ(names("acc", "b.example"), (names_list{"c.example"}));
  EXPECT_EQ(names("acc", "b"), (names_list{"b.example", "c.example"}));  // after a name that is not there
  EXPECT_EQ(names("acc", "c.example"), names_list{});
  EXPECT_EQ(names("acc", "", 0), names_list{});
  EXPECT_EQ(names("a"), names_list{});
  EXPECT_EQ(names("zz"), (names_list{"other.example"}));
}

TEST_F(IdentityStore, LetsAVisitorReadFromTheStore) {
  ASSERT_TRUE(fill(store(), 0, 10));
  std::size_t same = 0;
  store().each([&](const identity& found) { same += store().load(found.id) == found; });
  EXPECT_EQ(same, 10u);
}

TEST_F(IdentityStore, FindsTokensOfADomainUnderAnyOtherAccount) {
  add(fresh("example.com", "one", 1));
  add(fresh("example.com", "three", 3));
  add(fresh("other.example", "one", 9));
  add(fresh("zebra.example", "one.more", 9));
  write_group group{store()};
  const token_set mixed{tokens_of(7)[0], tokens_of(8)[0], tokens_of(3)[2]};

  EXPECT_EQ(group.other_account_with(tokens_of(1), domain("example.com"), "two"), "one");
  EXPECT_EQ(group.other_account_with(tokens_of(3), domain("example.com"), "two"), "three");
  EXPECT_EQ(group.other_account_with(mixed, domain("example.com"), "two"), "three") << "one shared token";
  EXPECT_FALSE(group.other_account_with(tokens_of(1), domain("example.com"), "one")) << "its own";
  EXPECT_FALSE(group.other_account_with(tokens_of(9), domain("example.com"), "two")) << "another domain's";
  EXPECT_FALSE(group.other_account_with(tokens_of(2), domain("example.com"), "two")) << "nobody's";
}

TEST_F(IdentityStore, RefusesToChangeWhatIsNotThere) {
  const identity added = add(fresh("example.com"));
  identity unknown = added;
  unknown.id = 77;
  write_group group{store()};
  EXPECT_THROW(static_cast<void>(group.update(unknown)), std::logic_error);
  EXPECT_THROW(static_cast<void>(group.erase(unknown, noon)), std::logic_error);
  EXPECT_THROW(static_cast<void>(group.insert(added)), std::logic_error);
}

TEST_F(IdentityStore, RefusesNewIdentitiesWhenFullButChangesAndDeletesThose) {
  for (const std::uint64_t size : {mebibyte / 4, mebibyte / 2, mebibyte}) {
    std::filesystem::remove_all(directory_.store());
    reopen_with(size);
    std::size_t count = 0;
    while (fill(store(), count, count + 1)) ++count;
    ASSERT_GT(count, 200u) << size;
    EXPECT_EQ(fill(store(), count, count + 1).error(), errc::store_full);
    EXPECT_LE(store().usage().used_bytes, size);

    // Every one of them changes, and grows as much as it can, as long as there is room at all.
    const auto before = everything();
    ASSERT_EQ(before.size(), count);
    for (identity changed : before) {
      changed.dkim.status = dkim_status::failed;
      write_group group{store()};
      ASSERT_TRUE(group.update(changed)) << size << ' ' << changed.id;
      ASSERT_TRUE(group.commit()) << size << ' ' << changed.id;
    }

    for (std::size_t i = 0; i < count / 2; ++i) remove(*store().find("default", domain(name_of(i))));
    EXPECT_TRUE(fill(store(), count, count + 10)) << size;
    reopen();
    EXPECT_EQ(everything().size(), count - count / 2 + 10) << size;
  }
}

TEST_F(IdentityStore, StaysWholeWhenWhatIsAddedDoesNotFit) {
  reopen_with(mebibyte / 4);
  std::size_t count = 0;
  while (fill(store(), count, count + 1)) ++count;
  std::vector<identity> expected = everything();
  bool was_full = false;
  for (identity& each : expected) {
    identity grown = each;
    grown.txt = begin_window(grown.txt, noon);
    write_group group{store()};
    const auto updated = group.update(grown);
    const auto committed = group.commit();
    if (committed) {
      each = grown;
      continue;
    }
    was_full = true;
    EXPECT_EQ(committed.error(), errc::store_full);
    EXPECT_TRUE(updated || updated.error() == errc::store_full);
    EXPECT_FALSE(group.load(each.id)) << "a dead group finds nothing";
    EXPECT_EQ(group.insert(fresh("late.example")).error(), errc::store_full);
  }
  EXPECT_TRUE(was_full);
  EXPECT_EQ(everything(), expected);
  reopen_with(mebibyte);
  EXPECT_EQ(everything(), expected);
  EXPECT_TRUE(fill(store(), count, count + 1)) << "a larger size makes room";
}

/// Makes the same change to all, as the daemon does: together, and one by one where they do not fit together.
template <class Change>
void change_all(identity_store& store, const std::vector<identity>& all, Change change) {
  constexpr std::size_t together = 64;
  const auto written = [&](std::size_t from, std::size_t to) {
    write_group group{store};
    for (std::size_t i = from; i < to; ++i)
      if (const result<void> done = change(group, all[i]); !done) return done;
    return group.commit();
  };
  for (std::size_t from = 0; from < all.size(); from += together) {
    const std::size_t to = std::min(from + together, all.size());
    if (written(from, to)) continue;
    for (std::size_t i = from; i < to; ++i) ASSERT_TRUE(written(i, i + 1)) << i;
  }
}

TEST_F(IdentityStore, ThatIsFullHasRoomForAllThatBecomesOfItsIdentities) {
  for (const std::uint64_t size : {mebibyte / 4, mebibyte, 4 * mebibyte}) {
    std::filesystem::remove_all(directory_.store());
    reopen_with(size);
    std::size_t count = 0;
    while (fill(store(), count, count + 50)) count += 50;
    while (fill(store(), count, count + 1)) ++count;
    const auto update_to = [&](dkim_status status, const finding& seen) {
      change_all(store(), everything(), [&](auto& group, identity each) {
        each.dkim.status = status;
        each.dkim.checked_at = noon;
        if (status == dkim_status::success) each.dkim.verified_at = noon;
        each.findings.fill(seen);
        if (const auto done = group.update(each); !done) return done;
        return group.keep_evidence(each.id,
                                   merge_evidence({.before = {}, .news = sample_observation()}).value());
      });
      for (const identity& each : everything()) ASSERT_EQ(each.dkim.status, status) << size << ' ' << each.id;
    };
    update_to(dkim_status::pending, {finding_kind::absent, finding_reason::no_such_name, {}});
    update_to(dkim_status::pending,
              {finding_kind::wrong_target, finding_reason::other_target, std::string(200, 'x')});
    update_to(dkim_status::success, {finding_kind::found, finding_reason::none, {}});
    update_to(dkim_status::temporary_failure,
              {finding_kind::wrong_target, finding_reason::other_target, std::string(100, 'y')});
    reopen();
    for (const identity& each : everything()) {
      write_group group{store()};
      ASSERT_TRUE(group.erase(each, noon)) << size << ' ' << each.id;
      ASSERT_TRUE(group.commit()) << size << ' ' << each.id;
    }
  }
}

TEST_F(IdentityStore, TellsHowMuchIsUsed) {
  const store_usage empty = store().usage();
  EXPECT_EQ(empty.size_bytes, size_);
  ASSERT_TRUE(fill(store(), 0, 1000));
  const store_usage filled = store().usage();
  EXPECT_GT(filled.used_bytes, empty.used_bytes + 1000 * 121);  // the record of the example has 121 octets
  for (std::size_t i = 0; i < 1000; ++i) remove(*store().find("default", domain(name_of(i))));
  EXPECT_LT(store().usage().used_bytes, filled.used_bytes / 4);
}

TEST_F(IdentityStore, OpensAgainAfterAnyAmountOfChange) {
  std::mt19937_64 random{1};
  std::map<identity_id, identity> expected;
  for (int round = 0; round < 300; ++round) {
    write_group group{store()};
    for (std::size_t step = random() % 60; step > 0; --step) {
      const domain_name name = domain(name_of(random() % 400));
      auto there = group.find("default", name);
      if (!there) {
        const identity added = group.insert(fresh(name.text(), "default", random())).value();
        expected.insert_or_assign(added.id, added);
      } else if (random() % 3 == 0) {
        there->findings[random() % 3].observed = std::string(random() % 256, 'y');
        ASSERT_TRUE(group.update(*there));
        expected.insert_or_assign(there->id, *there);
      } else {
        ASSERT_TRUE(group.erase(*there, noon));
        expected.erase(there->id);
      }
    }
    ASSERT_TRUE(group.commit());
    if (round % 3 != 0) continue;
    reopen();
    const auto found = everything();
    ASSERT_EQ(found.size(), expected.size());
    for (const identity& each : found) ASSERT_EQ(each, expected.at(each.id));
  }
}

/// What follows the pages that were ever used.
std::string tail_of(const std::filesystem::path& file, std::uint64_t used) {
  std::ifstream in{file, std::ios::binary};
  in.seekg(static_cast<std::streamoff>(used));
  return {std::istreambuf_iterator<char>{in}, {}};
}

TEST_F(IdentityStore, KeepsSomeRoomForNewPagesWhileItIsOpen) {
  const std::filesystem::path file = directory_.store() / "data.mdb";
  std::size_t with_room = 0;
  for (std::size_t i = 0; i < 40; ++i) {
    const std::uint64_t before = store().usage().file_bytes;
    ASSERT_TRUE(fill(store(), 100 * i, 100 * i + 100));
    const std::string room = tail_of(file, store().usage().file_bytes);
    EXPECT_LE(room.size(), before / 4) << "a small file stays small";
    EXPECT_EQ(room.find_first_not_of('\0'), room.npos);
    with_room += !room.empty();
  }
  EXPECT_GT(with_room, 20U);
  const std::uint64_t used = store().usage().file_bytes;
  store_.reset();
  EXPECT_EQ(std::filesystem::file_size(file), used) << "and gives it back";
}

TEST_F(IdentityStore, IsReadByOneThreadWhileAnotherWrites) {
  ASSERT_TRUE(fill(store(), 0, 50));
  constexpr int rounds = 200;
  std::atomic<bool> done = false;
  std::thread writer{[&] {
    for (int round = 0; round < rounds; ++round) {
      write_group group{store()};
      for (identity_id id = 1; id <= 50; ++id) {
        identity changed = group.load(id).value();
        changed.dkim.misses = static_cast<std::uint8_t>(round);
        group.update(changed).value();
      }
      group.commit().value();
    }
    done = true;
  }};

  std::size_t torn = 0;
  std::size_t backwards = 0;
  std::uint8_t newest = 0;
  while (!done) {
    std::optional<std::uint8_t> round;
    store().each([&](const identity& found) {
      if (!round) round = found.dkim.misses;
      torn += found.dkim.misses != *round;
    });
    const std::uint8_t now = store().load(50).value().dkim.misses;
    backwards += now < newest;
    newest = now;
    torn += store().list("default", "", 100).size() != 50;
    static_cast<void>(store().usage());
  }
  writer.join();
  EXPECT_EQ(torn, 0u);
  EXPECT_EQ(backwards, 0u);
  EXPECT_EQ(store().load(50)->dkim.misses, rounds - 1);
}

}  // namespace
}  // namespace easydkim
