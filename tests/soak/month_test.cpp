// SPDX-License-Identifier: Apache-2.0
// The soak itself: its months repeat from their seed, and whatever breaks an invariant is found.
#include "tests/soak/month.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/sanitizer.hpp"

namespace easydkim::soak {
namespace {

TEST(SimulatedMonth, KeepsAllPromisesWhoeverIsAsked) {
  for (const dns_way way : {dns_way::by_hook, dns_way::by_socket}) {
    const judge all = live_month({.seed = 20261126, .days = 8, .domains = 20, .way = way});
    EXPECT_GT(all.count().requests, 1000U);
    EXPECT_GT(all.count().kills, 0U);
    EXPECT_GT(all.count().restarts, 0U);
    for (const dkim_status each : {dkim_status::success, dkim_status::failed, dkim_status::temporary_failure})
      EXPECT_TRUE(all.count().became.contains(each)) << to_string(each);
  }
}

TEST(SimulatedMonth, RepeatsFromItsSeedAndFromNoOther) {
  for (const dns_way way : {dns_way::by_hook, dns_way::by_socket}) {
    const month_order order{.seed = 7, .days = 5, .domains = 10, .way = way};
    month_order other = order;
    other.seed = 8;
    const judge once = live_month(order);
    const judge again = live_month(order);
    EXPECT_EQ(again.trace(), once.trace());
    EXPECT_TRUE(again.acknowledged() == once.acknowledged());
    EXPECT_NE(once.trace(), live_month(other).trace());
  }
}

/// What the judge of a month with that fault says; empty when it notices nothing. (A kill may undo the harm
/// before anybody sees it; then there is another month.)
std::string complaint(planted_fault fault) {
  for (int month = 0; month < 4; ++month) try {
      live_month({.seed = 4, .days = 20, .domains = 20, .fault = fault, .patience = std::chrono::seconds{2}});
    } catch (const broken_promise& why) {
      return why.what();
    }
  return {};
}

TEST(PlantedFault, ThatForgetsAnAcknowledgedIdentityIsFound) {
  const std::string said = complaint(planted_fault::forgets);
  EXPECT_TRUE(said.starts_with("I1: ")) << said;
}

TEST(PlantedFault, ThatChangesTokensIsFound) {
  const std::string said = complaint(planted_fault::changes_tokens);
  EXPECT_TRUE(said.starts_with("I1: ")) << said;
}

TEST(PlantedFault, ThatVerifiesWhatNobodyPublishedIsFound) {
  const std::string said = complaint(planted_fault::verifies_nobody);
  EXPECT_TRUE(said.starts_with("I2: Success, but not published")) << said;
}

TEST(PlantedFault, ThatTakesSilenceForEvidenceIsFound) {
  const std::string said = complaint(planted_fault::fails_on_silence);
  EXPECT_TRUE(said.starts_with("I3: ")) << said;
}

TEST(PlantedFault, ThatSwallowsARequestIsFound) {
  const std::string said = complaint(planted_fault::swallows_request);
  EXPECT_EQ(said, "I4: a request is not answered");
}

TEST(PlantedFault, ThatEndsTheProcessIsFound) {
  EXPECT_EQ(complaint(planted_fault::ends_unasked), "I4: the daemon ended by itself, exit status 3");
}

TEST(PlantedFault, ThatLeaksDescriptorsIsFound) {
  const std::string said = complaint(planted_fault::leaks_descriptors);
  EXPECT_TRUE(said.starts_with("I5: descriptors")) << said;
}

TEST(PlantedFault, ThatLeaksMemoryIsFound) {
  if (EASYDKIM_IS_SANITIZED) GTEST_SKIP() << "the sanitizer has a heap of its own";
  const std::string said = complaint(planted_fault::leaks_memory);
  EXPECT_TRUE(said.starts_with("I5: heap")) << said;
}

}  // namespace
}  // namespace easydkim::soak
