// SPDX-License-Identifier: Apache-2.0
#include "daemon/operations/identity_effects.hpp"

#include <gtest/gtest.h>

#include "daemon/operations/caller.hpp"
#include "tests/support/scratch_store.hpp"

namespace easydkim {
namespace {

using tests::fresh;

identity with(dkim_status dkim, dkim_status txt = dkim_status::not_started) {
  identity changed = fresh("example.com");
  changed.dkim.status = dkim;
  changed.txt.status = txt;
  return changed;
}

using enum dkim_status;

TEST(asked_change, names_what_somebody_did_to_an_identity) {
  EXPECT_EQ(asked_change({}, with(pending)), "issued");
  EXPECT_EQ(asked_change(with(not_started, success), with(pending, success)), "issued");
  EXPECT_EQ(asked_change({}, with(not_started, pending)), "issued the TXT record of");
  EXPECT_EQ(asked_change(with(failed), with(pending)), "began a new window of");
  EXPECT_EQ(asked_change(with(success, failed), with(success, pending)),
            "began a new window of the TXT record of");
  EXPECT_EQ(asked_change(with(success), {}), "deleted");
  identity off = with(success);
  off.dkim_enabled = false;
  EXPECT_EQ(asked_change(with(success), off), "disabled");
  EXPECT_EQ(asked_change(off, with(success)), "enabled");
}

TEST(asked_change, says_nothing_when_nothing_changed) {
  EXPECT_EQ(asked_change({}, {}), "");
  EXPECT_EQ(asked_change(with(pending), with(pending)), "");
}

TEST(caller, is_told_as_a_uid_or_a_key) {
  const caller user{.is = caller::kind::user, .id = "1000", .account = "default"};
  EXPECT_EQ(to_string(user), "uid:1000");
  EXPECT_EQ(in_words(user), "account default, by uid 1000");
  const caller key{.is = caller::kind::key, .id = "AKIDEXAMPLE", .account = "shop"};
  EXPECT_EQ(to_string(key), "key:AKIDEXAMPLE");
  EXPECT_EQ(in_words(key), "account shop, by key AKIDEXAMPLE");
}

}  // namespace
}  // namespace easydkim
