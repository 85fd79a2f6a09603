// SPDX-License-Identifier: Apache-2.0
// Whoever watches is told when signing goes on or off, why, and who asked for it.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <string>
#include <vector>

#include "tests/support/observations.hpp"
#include "tests/support/scratch_daemon.hpp"

namespace easydkim {
namespace {

using namespace tests;
using enum dkim_status;

class SigningChange : public testing::Test {
 protected:
  SigningChange() {
    daemon_.feed().join({.status = [this](const identity_change& change) { statuses_.push_back(change); },
                         .signing = [this](const signing_change& change) { changes_.push_back(change); }});
  }

  void call(std::string_view method, std::string_view params) {
    const std::string answer = daemon_.answer(R"({"jsonrpc":"2.0","id":1,"method":")" + std::string{method} +
                                              R"(","params":)" + std::string{params} + "}");
    ASSERT_NE(answer.find("result"), answer.npos) << answer;
  }
  void issue() { call("VerifyDomainDkim", R"({"Domain":"example.com"})"); }
  void verify() {
    issue();
    daemon_.settle(daemon_.stored("example.com")->id, check_in_place(pending), {});
  }
  void enable(bool wish) {
    call("SetIdentityDkimEnabled",
         std::string{R"({"Identity":"example.com","DkimEnabled":)"} + (wish ? "true}" : "false}"));
  }
  void erase() { call("DeleteIdentity", R"({"Identity":"example.com"})"); }

  /// The only one that was told since the last call.
  signing_change only() {
    EXPECT_EQ(changes_.size(), 1U);
    signing_change told = changes_.empty() ? signing_change{} : changes_.back();
    changes_.clear();
    return told;
  }

  scratch_daemon daemon_;  // whose callers are of uid 1000
  std::vector<identity_change> statuses_;
  std::vector<signing_change> changes_;
};

TEST_F(SigningChange, IsToldWhenTheRecordsAreThereAndByNobody) {
  verify();
  const signing_change told = only();
  EXPECT_EQ(told.identity, "example.com");
  EXPECT_EQ(told.account, "default");
  EXPECT_TRUE(told.dkim_enabled);
  EXPECT_TRUE(told.signing_enabled);
  EXPECT_EQ(told.reason, statuses_.back().reason);
  EXPECT_EQ(told.by, "");
}

TEST_F(SigningChange, IsNotToldWhileNothingIsSigned) {
  issue();
  daemon_.settle(daemon_.stored("example.com")->id, check_that_saw(pending, absent_record()), {});
  erase();
  EXPECT_TRUE(changes_.empty());
}

TEST_F(SigningChange, IsToldWhenSomebodyDisablesOrEnablesItAndOnceOnly) {
  verify();
  changes_.clear();
  enable(false);
  const signing_change off = only();
  EXPECT_FALSE(off.dkim_enabled);
  EXPECT_FALSE(off.signing_enabled);
  EXPECT_EQ(off.reason, "DKIM signing was disabled.");
  EXPECT_EQ(off.by, "uid:1000");
  enable(false);
  EXPECT_TRUE(changes_.empty());
  enable(true);
  const signing_change on = only();
  EXPECT_TRUE(on.signing_enabled);
  EXPECT_EQ(on.reason, "DKIM signing was enabled.");
}

TEST_F(SigningChange, IsToldOfAWishThatHasNoEffectYet) {
  issue();
  enable(false);
  EXPECT_FALSE(only().dkim_enabled);
  enable(true);
  const signing_change told = only();
  EXPECT_TRUE(told.dkim_enabled);
  EXPECT_FALSE(told.signing_enabled);
  EXPECT_EQ(told.reason, "DKIM signing was enabled; mail may be signed once DKIM is verified.");
}

TEST_F(SigningChange, IsToldWhenSomebodyDeletesASignedIdentity) {
  verify();
  changes_.clear();
  erase();
  const signing_change told = only();
  EXPECT_FALSE(told.dkim_enabled);
  EXPECT_FALSE(told.signing_enabled);
  EXPECT_EQ(told.reason, "The identity was deleted.");
  EXPECT_EQ(told.by, "uid:1000");
}

TEST_F(SigningChange, IsToldBesideStatusesThatCarryWhoAskedForThem) {
  verify();
  erase();
  ASSERT_EQ(statuses_.size(), 3U);
  EXPECT_EQ(statuses_[0].by, "uid:1000");
  EXPECT_EQ(statuses_[1].by, "") << "the DNS";
  EXPECT_EQ(statuses_[2].by, "uid:1000");
  const boost::json::value issued = boost::json::parse(change_notification(statuses_[0]));
  EXPECT_EQ(issued.at("params").at("By"), "uid:1000");
  const boost::json::value verified = boost::json::parse(change_notification(statuses_[1]));
  EXPECT_FALSE(verified.at("params").as_object().contains("By"));
}

TEST_F(SigningChange, IsANotificationOfItsOwn) {
  EXPECT_EQ(boost::json::parse(change_notification(signing_change{.identity = "example.com",
                                                                  .account = "default",
                                                                  .dkim_enabled = true,
                                                                  .signing_enabled = false,
                                                                  .at = tests::noon,
                                                                  .reason = "Why.",
                                                                  .by = "key:AKIDEXAMPLE"})),
            boost::json::parse(
                R"({"jsonrpc":"2.0","method":"IdentitySigningChanged","params":{"Identity":"example.com",
                    "Account":"default","DkimEnabled":true,"SigningEnabled":false,"At":")" +
                to_rfc3339(tests::noon) + R"(","Reason":"Why.","By":"key:AKIDEXAMPLE"}})"));
  const boost::json::value by_nobody = boost::json::parse(change_notification(signing_change{}));
  EXPECT_TRUE(by_nobody.at("params").at("By").is_null());
}

}  // namespace
}  // namespace easydkim
