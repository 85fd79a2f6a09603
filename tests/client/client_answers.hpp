// SPDX-License-Identifier: Apache-2.0
// What the daemon answers about example.com in the tests of the client, and how output is looked at.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <string>
#include <string_view>

namespace easydkim {

/// What VerifyDomainDkim answers for example.com.
inline constexpr std::string_view verified_answer = R"({"DkimTokens":["aaa","bbb","ccc"],"Records":[
  {"Name":"aaa._domainkey.example.com","Type":"CNAME","Value":"aaa.dkim.amazonses.com"},
  {"Name":"bbb._domainkey.example.com","Type":"CNAME","Value":"bbb.dkim.amazonses.com"},
  {"Name":"ccc._domainkey.example.com","Type":"CNAME","Value":"ccc.dkim.amazonses.com"}]})";

/// The identity object of example.com, with these findings.
inline std::string identity(std::string_view status, std::array<std::string_view, 3> findings) {
  std::string records;
  for (std::size_t i = 0; i < 3; ++i) {
    const std::string token(3, static_cast<char>('a' + i));
    records += std::string{i == 0 ? "" : ","} + R"({"Name":")" + token +
               R"(._domainkey.example.com","Type":"CNAME","Value":")" + token +
               R"(.dkim.amazonses.com","Finding":")" + std::string{findings[i]} +
               R"(","Observed":"","Explanation":"Sentence )" + std::to_string(i) + R"(."})";
  }
  return R"({"Identity":"example.com","Account":"default","IdentityType":"Domain","DkimVerificationStatus":")" +
         std::string{status} +
         R"(","DkimEnabled":true,"SigningEnabled":false,"VerifiedForSending":false,)"
         R"("DkimTokens":["aaa","bbb","ccc"],"Records":[)" +
         records +
         R"(],"CreatedAt":"2026-11-24T11:00:00Z","WindowEndsAt":"2026-11-27T11:00:00Z","VerifiedAt":null,)"
         R"("LastCheckedAt":"2026-11-24T11:59:55Z","NextCheckAt":"2026-11-24T12:00:10Z"})";
}

inline const std::string pending = identity("Pending", {"found", "absent", "wrong_target"});

/// `part` stands in `text`.
inline ::testing::AssertionResult has(const std::string& text, std::string_view part) {
  if (text.find(part) != text.npos) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << "no '" << part << "' in:\n" << text;
}

/// `text` is one line that holds the same JSON value as `expected`.
inline void expect_same_json(const std::string& text, std::string_view expected) {
  EXPECT_EQ(std::ranges::count(text, '\n'), 1) << text;
  EXPECT_EQ(boost::json::parse(text), boost::json::parse({expected.data(), expected.size()}));
}

}  // namespace easydkim
