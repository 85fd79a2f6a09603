// SPDX-License-Identifier: Apache-2.0
#include "daemon/operations/census.hpp"

#include <gtest/gtest.h>

#include "tests/support/samples.hpp"

namespace easydkim {
namespace {

using tests::sample_identity;

identity of_account(std::string account, dkim_status status = dkim_status::pending) {
  identity subject = sample_identity(status);
  subject.account = std::move(account);
  return subject;
}

TEST(census, counts_nothing_at_first) {
  const census counts;
  EXPECT_EQ(counts.all(), 0U);
  EXPECT_EQ(counts.signing_enabled(), 0U);
  EXPECT_EQ(counts.of_account("default"), 0U);
}

TEST(census, counts_by_status_and_by_account) {
  census counts;
  counts.arrived(of_account("one"));
  counts.arrived(of_account("one", dkim_status::success));
  counts.arrived(of_account("two", dkim_status::failed));
  EXPECT_EQ(counts.all(), 3U);
  EXPECT_EQ(counts.with_status(dkim_status::pending), 1U);
  EXPECT_EQ(counts.with_status(dkim_status::success), 1U);
  EXPECT_EQ(counts.with_status(dkim_status::failed), 1U);
  EXPECT_EQ(counts.with_status(dkim_status::temporary_failure), 0U);
  EXPECT_EQ(counts.of_account("one"), 2U);
  EXPECT_EQ(counts.of_account("two"), 1U);
  EXPECT_EQ(counts.of_account("three"), 0U);
}

TEST(census, follows_a_life_from_pending_to_success_to_the_end) {
  census counts;
  const identity pending = of_account("one"), verified = of_account("one", dkim_status::success);
  counts.arrived(pending);
  EXPECT_EQ(counts.signing_enabled(), 0U);
  counts.changed(pending, verified);
  EXPECT_EQ(counts.with_status(dkim_status::pending), 0U);
  EXPECT_EQ(counts.with_status(dkim_status::success), 1U);
  EXPECT_EQ(counts.signing_enabled(), 1U);
  EXPECT_EQ(counts.all(), 1U);
  counts.left(verified);
  EXPECT_EQ(counts.all(), 0U);
  EXPECT_EQ(counts.signing_enabled(), 0U);
  EXPECT_EQ(counts.of_account("one"), 0U);
}

TEST(census, counts_signing_as_the_owner_switches_it) {
  census counts;
  const identity on = of_account("one", dkim_status::success);
  identity off = on;
  off.dkim_enabled = false;
  counts.arrived(on);
  counts.changed(on, off);
  EXPECT_EQ(counts.signing_enabled(), 0U);
  counts.changed(off, on);
  EXPECT_EQ(counts.signing_enabled(), 1U);
  counts.changed(on, on);
  EXPECT_EQ(counts.signing_enabled(), 1U) << "a change that changes nothing";
}

TEST(census, counts_a_temporary_failure_as_signing) {
  census counts;
  counts.arrived(of_account("one", dkim_status::temporary_failure));
  EXPECT_EQ(counts.signing_enabled(), 1U);
}

}  // namespace
}  // namespace easydkim
