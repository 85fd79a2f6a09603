// SPDX-License-Identifier: Apache-2.0
// What the servers of a zone say together of the addresses of a name in it.
#include "resolver/zones/server_addresses.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace easydkim {
namespace {

const std::string name = "ns1.example.com", right = "192.0.2.1", evil = "203.0.113.66";

/// One that says that `name` has this address; that it has none, when it is empty.
server_answer gives(const std::string& address) {
  server_answer answer{.name = "one", .address = {}, .reply = {}};
  answer.reply.what = server_reply::outcome::arrived;
  dns_reply content;
  content.authoritative = true;
  if (!address.empty()) {
    resource_record record;
    record.owner = name;
    record.type = rr_type::a;
    record.text = address;
    content.answer.push_back(std::move(record));
  }
  answer.reply.content = std::move(content);
  return answer;
}

/// One whose own address is good for Success, and not for a loss.
server_answer gives_for_success(const std::string& address) {
  server_answer answer = gives(address);
  answer.is_certain_for_loss = false;
  return answer;
}

agreed_addresses agreed(const std::vector<server_answer>& all, const zone_size& servers) {
  return agree_on_addresses({.of = all, .name = name, .type = rr_type::a, .servers = servers});
}

TEST(ServerAddresses, AreCertainWhenAllThatAnswerAgreeAndTheseAreTwo) {
  EXPECT_TRUE(agreed({gives(right), gives(right)}, {.all = 5, .delegated = 5}).is_certain());
  EXPECT_FALSE(agreed({gives(right)}, {.all = 5, .delegated = 5}).is_certain());
  EXPECT_TRUE(agreed({gives(right)}, {.all = 2, .delegated = 1}).is_certain()) << "the only one";
  EXPECT_FALSE(agreed({gives(right), gives(evil)}, {.all = 5, .delegated = 5}).is_certain());
}

TEST(ServerAddresses, AreNotCertainByFewerThanThoseWhoseOwnAddressesAreInDispute) {
  const std::vector<server_answer> two{gives(evil), gives(evil)};
  EXPECT_FALSE(agreed(two, {.all = 5, .delegated = 5, .contested = 3}).is_certain()) << "the three may be honest";
  EXPECT_TRUE(agreed(two, {.all = 5, .delegated = 5, .contested = 2}).is_certain());
  EXPECT_TRUE(agreed({gives(right), gives(right), gives(right)}, {.all = 5, .delegated = 5, .contested = 2}).by_most);
}

TEST(ServerAddresses, TakeNothingAwayUnlessMoreThanHalfOfAllGiveThem) {
  const std::vector<server_answer> two{gives(evil), gives(evil)};
  EXPECT_FALSE(agreed(two, {.all = 5, .delegated = 5}).for_loss) << "three are silent, and may be silenced";
  EXPECT_TRUE(agreed({gives(right), gives(right), gives(right)}, {.all = 5, .delegated = 5}).for_loss);
  EXPECT_TRUE(agreed({gives(right), gives(right)}, {.all = 5, .delegated = 2}).for_loss)
      << "all that the parent names";
  EXPECT_FALSE(agreed({gives_for_success(evil), gives_for_success(evil), gives(evil)}, {.all = 5, .delegated = 5})
                   .for_loss)
      << "two of them are where a minority says";
}

TEST(ServerAddresses, AreNoneOnlyWhereThatIsCertainOfBothFamilies) {
  const zone_size servers{.all = 2, .delegated = 2};
  const agreed_addresses none = agreed({gives(""), gives("")}, servers);
  const agreed_addresses disputed = agreed({gives(right), gives(evil)}, servers);
  const agreed_addresses given = agreed({gives(right), gives(right)}, servers);
  EXPECT_TRUE(both_families(none, none).is_certain);
  EXPECT_TRUE(both_families(given, none).for_loss);
  EXPECT_FALSE(both_families(disputed, none).is_certain) << "one that lies may not take its address away";
  EXPECT_TRUE(both_families(disputed, none).is_contested);
  EXPECT_EQ(both_families(disputed, given).records.size(), 1U);
}

}  // namespace
}  // namespace easydkim
