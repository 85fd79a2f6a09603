// SPDX-License-Identifier: Apache-2.0
#include "core/store/lmdb/former_tables.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <random>
#include <sstream>

#include "core/store/lmdb/lmdb.hpp"
#include "core/store/lmdb/store_check.hpp"
#include "core/store/lmdb/store_tables.hpp"
#include "core/store/records/big_endian.hpp"
#include "tests/support/observations.hpp"
#include "tests/support/scratch_store.hpp"

namespace easydkim {
namespace {

using tests::domain;
using tests::fresh;
using tests::mebibyte;
using tests::name_of;
using tests::noon;
using tests::tokens_of;
using tests::toy_digest;

constexpr duration day = std::chrono::hours{24};

token_set random_tokens(std::mt19937_64& random) {
  std::array<std::uint8_t, records_per_identity * token::octets> octets{};
  for (std::uint8_t& each : octets) each = static_cast<std::uint8_t>(random());
  return make_tokens(octets);
}

class FormerTokens : public testing::Test {
 protected:
  FormerTokens() { reopen(); }
  void reopen(std::uint64_t size = 16 * mebibyte) {
    store_.reset();
    store_.emplace(store_options{
        .directory = directory_.store(), .size = size, .target_suffix = "dkim.example.net", .digest = toy_digest});
  }
  identity_store& store() { return *store_; }

  identity add(const identity& wanted) {
    write_group group{store()};
    identity added = group.insert(wanted).value();
    group.commit().value();
    return added;
  }
  void remove(const identity& gone, time_point now = noon) {
    write_group group{store()};
    group.erase(gone, now).value();
    group.commit().value();
  }
  former_use use_of(const token_set& tokens, std::string_view account) {
    return write_group{store()}.use_of(tokens, account);
  }

  tests::scratch_directory directory_;
  std::optional<identity_store> store_;
};

TEST_F(FormerTokens, OfADomainAreKeptForAYear) {
  remove(add(fresh("a.example", "ops", 1)));
  reopen();
  const std::vector<former_token_set> expected{{.tokens = tokens_of(1), .deleted_at = noon}};
  EXPECT_EQ(store().former_sets("ops", domain("a.example"), noon + 365 * day), expected);
  EXPECT_TRUE(store().former_sets("ops", domain("a.example"), noon + 366 * day).empty());
  EXPECT_TRUE(store().former_sets("ops", domain("b.example"), noon).empty());
}

TEST_F(FormerTokens, OfADomainAreShownToNoOtherAccount) {
  remove(add(fresh("a.example", "ops", 1)));
  EXPECT_TRUE(store().former_sets("others", domain("a.example"), noon).empty());
}

TEST_F(FormerTokens, OfADomainAreTheLastFour) {
  for (std::uint64_t i = 0; i < 6; ++i)
    remove(add(fresh("a.example", "ops", i)), noon + static_cast<int>(i) * day);
  const auto sets = store().former_sets("ops", domain("a.example"), noon + 6 * day);
  ASSERT_EQ(sets.size(), 4U);
  EXPECT_EQ(sets.front().tokens, tokens_of(5)) << "the latest first";
  EXPECT_EQ(sets.back().tokens, tokens_of(2));
}

TEST_F(FormerTokens, AreKnownForEver) {
  EXPECT_EQ(use_of(tokens_of(1), "ops"), former_use::none);
  remove(add(fresh("a.example", "ops", 1)), noon - 3650 * day);
  reopen();
  EXPECT_EQ(use_of(tokens_of(1), "ops"), former_use::same_account);
  EXPECT_EQ(use_of(tokens_of(1), "others"), former_use::another_account);
  token_set with_one_of_them = tokens_of(77);
  with_one_of_them[2] = tokens_of(1)[0];
  EXPECT_EQ(use_of(with_one_of_them, "others"), former_use::another_account);
  EXPECT_EQ(use_of(tokens_of(77), "others"), former_use::none);
}

TEST_F(FormerTokens, AreNoneOfWhatNeverHadAny) {
  const issue txt{.account = "ops", .domain = domain("a.example"), .wanted = proof::txt};
  remove(add(issued(txt, noon)));
  EXPECT_EQ(use_of(token_set{}, "others"), former_use::none);
  EXPECT_TRUE(store().former_sets("ops", domain("a.example"), noon).empty());
}

/// Half of them under the longest name that an account may have.
TEST_F(FormerTokens, HaveRoomInAStoreThatIsFull) {
  std::mt19937_64 random{1};
  for (const std::uint64_t size : {mebibyte / 2, mebibyte, 4 * mebibyte}) {
    store_.reset();
    std::filesystem::remove_all(directory_.store());
    reopen(size);
    std::vector<identity> all;
    const auto one_more = [&]() -> result<void> {
      identity wanted = fresh(name_of(all.size()), all.size() % 2 == 0 ? "ops" : std::string(64, 'a'));
      wanted.tokens = random_tokens(random);
      write_group group{store()};
      result<identity> added = group.insert(std::move(wanted));
      if (!added) return added.error();
      if (const auto done = group.keep_evidence(
              added->id, merge_evidence({.before = {}, .news = tests::sample_observation()}).value());
          !done)
        return done;
      if (const auto done = group.commit(); !done) return done;
      all.push_back(*added);
      return {};
    };
    while (one_more()) {
    }
    ASSERT_GT(all.size(), 40U) << size;
    std::shuffle(all.begin(), all.end(), random);
    for (const identity& each : all) {
      write_group group{store()};
      const auto erased = group.erase(each, noon);
      ASSERT_TRUE(erased) << size << ' ' << each.id;
      ASSERT_TRUE(group.commit()) << size << ' ' << each.id;
    }
    EXPECT_EQ(store().count(), 0U);
    for (const identity& each : all)
      ASSERT_EQ(use_of(each.tokens, "others"), former_use::another_account) << size << ' ' << each.id;
    const store_findings seen = check_store(directory_.store());
    EXPECT_EQ(seen.damages, 0U) << seen.damaged.front();
    EXPECT_EQ(seen.former_tokens, 3 * all.size());
  }
}

TEST_F(FormerTokens, ThatAreDamagedAreFoundAndTellNothing) {
  remove(add(fresh("a.example", "ops", 1)));
  store_.reset();
  {
    lmdb_environment opened{
        {.where = directory_.store(), .size = 16 * mebibyte, .tables = store_tables::count}};
    lmdb_transaction writing{opened, lmdb_transaction::access::write};
    for (const char* name : {"former_sets", "former_tokens"}) {
      const lmdb_table table = writing.open(name);
      std::string key, value;
      {
        lmdb_cursor first{writing, table};
        const auto entry = first.next();
        ASSERT_TRUE(entry);
        key = entry->key;
        value = entry->value;
      }
      value.back() = static_cast<char>(value.back() ^ 1);
      writing.put(table, key, value);
    }
    writing.commit();
  }
  const store_findings seen = check_store(directory_.store());
  EXPECT_EQ(seen.damages, 2U);
  EXPECT_EQ(seen.damaged.at(0), "a set of former tokens does not match its checksum");
  EXPECT_EQ(seen.damaged.at(1), "a former token does not match its checksum");
  reopen();
  EXPECT_TRUE(store().former_sets("ops", domain("a.example"), noon).empty());
  EXPECT_EQ(use_of(tokens_of(1), "ops"), former_use::another_account) << "nobody knows whose it was";
  remove(add(fresh("a.example", "ops", 2)));
  EXPECT_EQ(store().former_sets("ops", domain("a.example"), noon).size(), 1U);
}

TEST_F(FormerTokens, OfDomainsWhoseYearIsOverMakeRoomForOthers) {
  std::mt19937_64 random{2};
  const auto sets = [&] {
    store_.reset();
    std::uint64_t entries = 0;
    {
      lmdb_environment opened{
          {.where = directory_.store(), .size = 16 * mebibyte, .tables = store_tables::count}};
      lmdb_transaction reading{opened, lmdb_transaction::access::read};
      entries = reading.entries(reading.open("former_sets"));
      reading.commit();
    }
    reopen();
    return entries;
  };
  for (std::size_t i = 0; i < 200; ++i) remove(add(fresh(name_of(i), "ops", i)));
  EXPECT_EQ(sets(), 200U);
  for (std::size_t i = 200; i < 600; ++i) remove(add(fresh(name_of(i), "ops", i)), noon + 400 * day);
  EXPECT_LT(sets(), 500U);
}

TEST(FormerRecord, IsTheExampleInItsHeader) {
  const auto example = [](std::string_view mark) {
    std::ifstream header{std::filesystem::path{EASYDKIM_SOURCE_DIR} / "core/store/records/former_record.hpp"};
    std::string octets;
    for (std::string line; std::getline(header, line);) {
      if (!line.starts_with(mark)) continue;
      std::istringstream words{line.substr(mark.size())};
      for (std::string word; words >> word;) octets += static_cast<char>(std::stoi(word, nullptr, 16));
    }
    return octets;
  };
  const auto of_octet = [](std::uint8_t octet) {
    std::array<std::uint8_t, token::octets> bits{};
    bits.fill(octet);
    return token{bits};
  };
  const time_point then = std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} + std::chrono::hours{7} +
                          std::chrono::minutes{51} + std::chrono::seconds{11};
  const std::vector<former_token_set> sets{
      {.tokens = {of_octet(0x11), of_octet(0x22), of_octet(0x33)}, .deleted_at = then}};
  EXPECT_EQ(encode(sets), example("//   S|"));
  EXPECT_EQ(*decode_former_sets(example("//   S|")), sets);
  const former_owner owner{.account = {1, 2, 3, 4, 5, 6, 7, 8}, .deleted_at = then};
  EXPECT_EQ(encode(of_octet(0x11), owner), example("//   T|"));
  EXPECT_EQ(*decode_former_owner(std::string(20, '\x11'), example("//   T|")), owner);
  EXPECT_FALSE(decode_former_owner(std::string(20, '\x12'), example("//   T|"))) << "of another token";
}

}  // namespace
}  // namespace easydkim
