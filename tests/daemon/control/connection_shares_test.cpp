// SPDX-License-Identifier: Apache-2.0
#include "daemon/control/connection_shares.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

namespace easydkim {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t alice = 1000, bob = 1001, carol = 1002;
constexpr connection_limits of_256{};
constexpr connection_limits of_eight{.all = 8};

std::chrono::steady_clock::time_point at(std::chrono::seconds since) {
  return std::chrono::steady_clock::time_point{} + since;
}

open_client busy(std::uint32_t uid) {
  return {.uid = uid};
}
open_client idle(std::uint32_t uid, std::chrono::seconds since) {
  return {.uid = uid, .idle_since = at(since)};
}
open_client watcher(std::uint32_t uid) {
  return {.uid = uid, .watches = true};
}
open_client kept(std::optional<std::chrono::seconds> idle_since = std::nullopt) {
  open_client client{.uid = root, .is_kept = true};
  if (idle_since) client.idle_since = at(*idle_since);
  return client;
}

std::vector<open_client> many(std::size_t count, const open_client& of) {
  return std::vector<open_client>(count, of);
}

std::vector<open_client> joined(std::vector<open_client> some, const std::vector<open_client>& others) {
  some.insert(some.end(), others.begin(), others.end());
  return some;
}

TEST(connection_shares, are_a_quarter_and_at_least_four_and_half_of_that_for_watchers) {
  EXPECT_EQ(share_of_uid(of_256), 64U);
  EXPECT_EQ(watchers_of_uid(of_256), 32U);
  EXPECT_EQ(share_of_uid(of_eight), 4U);
  EXPECT_EQ(watchers_of_uid(of_eight), 2U);
}

TEST(connection_shares, are_what_the_operator_says_and_never_more_than_there_are) {
  EXPECT_EQ(share_of_uid({.all = 256, .of_uid = 200}), 200U);
  EXPECT_EQ(share_of_uid({.all = 256, .of_uid = 1000}), 256U);
  EXPECT_EQ(share_of_uid({.all = 2}), 2U);
  EXPECT_EQ(watchers_of_uid({.all = 1}), 1U) << "one user with one connection may watch";
}

TEST(connection_shares, of_a_uid_end_before_those_of_all) {
  EXPECT_EQ(admit(alice, many(63, busy(alice)), of_256).at, place::usual);
  EXPECT_EQ(admit(alice, many(64, busy(alice)), of_256).at, place::share_is_used);
  EXPECT_EQ(admit(bob, many(64, busy(alice)), of_256).at, place::usual);
}

TEST(connection_shares, of_one_uid_make_room_for_itself_only_when_it_has_its_share) {
  const auto open = joined(joined(many(3, busy(alice)), {idle(alice, 9s)}), {idle(bob, 1s)});
  const admission decided = admit(alice, open, of_eight);
  EXPECT_EQ(decided.at, place::usual);
  EXPECT_EQ(decided.leaves, 3U) << "its own, though another's is idle for longer";
}

TEST(connection_shares, beyond_one_uids_never_push_out_another_uid) {
  const auto open = joined(many(4, busy(alice)), many(4, idle(bob, 1s)));
  const admission decided = admit(alice, open, of_eight);
  EXPECT_EQ(decided.at, place::share_is_used);
  EXPECT_FALSE(decided.leaves);
}

TEST(connection_shares, that_are_all_taken_make_room_by_the_longest_idle_of_a_uid_that_has_more) {
  const auto open = joined(joined(many(3, busy(alice)), {idle(alice, 5s)}),
                           {idle(bob, 1s), busy(carol), idle(alice + 7, 3s), idle(alice + 7, 2s)});
  // A newcomer without any may have that of anybody,
  EXPECT_EQ(admit(7, open, of_eight).leaves, 4U);
  // one who has one may not take it from one who has no more, but from one who has,
  EXPECT_EQ(admit(carol, open, of_eight).leaves, 7U);
  // and his own first when it is idle for longer.
  EXPECT_EQ(admit(bob, open, of_eight).leaves, 4U);
}

TEST(connection_shares, that_are_all_busy_leave_nobody_in_but_root) {
  const auto open = joined(many(4, busy(alice)), many(4, watcher(bob)));
  EXPECT_EQ(admit(carol, open, of_eight).at, place::all_are_taken);
  EXPECT_EQ(admit(root, open, of_eight).at, place::kept);
}

TEST(connection_shares, are_kept_for_root_when_it_has_its_own_in_use) {
  EXPECT_EQ(admit(root, many(64, watcher(root)), of_256).at, place::kept);
  EXPECT_EQ(admit(root, joined(many(63, watcher(root)), {idle(root, 1s)}), of_256).leaves, 63U)
      << "its own idle one goes first";
}

TEST(connection_shares, that_are_kept_for_root_are_four_whose_idle_ones_make_room) {
  const auto all = many(64, busy(root));
  EXPECT_EQ(admit(root, joined(all, many(3, kept())), of_256).at, place::kept);
  EXPECT_EQ(admit(root, joined(all, many(4, kept())), of_256).at, place::share_is_used);
  const admission decided = admit(root, joined(all, {kept(), kept(2s), kept(1s), kept()}), of_256);
  EXPECT_EQ(decided.at, place::kept);
  EXPECT_EQ(decided.leaves, 66U);
}

TEST(connection_shares, that_are_kept_for_root_count_for_nobody_and_make_room_for_nobody_else) {
  const auto open = joined(many(4, kept(1s)), many(8, busy(alice)));
  EXPECT_EQ(admit(bob, open, of_eight).at, place::all_are_taken);
  EXPECT_EQ(admit(bob, joined(many(4, kept(1s)), many(7, busy(alice))), of_eight).at, place::usual);
}

TEST(connection_shares, let_half_of_a_uids_connections_watch) {
  const auto one_less = joined(many(31, watcher(alice)), many(9, watcher(bob)));
  EXPECT_EQ(may_watch(busy(alice), one_less, of_256), watch_permit::granted);
  const auto enough = many(32, watcher(alice));
  EXPECT_EQ(may_watch(busy(alice), enough, of_256), watch_permit::share_is_used);
  EXPECT_EQ(may_watch(busy(bob), enough, of_256), watch_permit::granted);
  EXPECT_EQ(may_watch(watcher(alice), enough, of_256), watch_permit::granted) << "it watches already";
}

TEST(connection_shares, that_are_kept_for_root_never_watch) {
  EXPECT_EQ(may_watch(kept(), {}, of_256), watch_permit::not_when_kept);
}

}  // namespace
}  // namespace easydkim
