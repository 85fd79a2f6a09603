// SPDX-License-Identifier: Apache-2.0
#include "resolver/wire/dns_reply.hpp"

#include <gtest/gtest.h>

#include <array>

#include "tests/support/dns_message.hpp"

namespace easydkim::tests {
namespace {

constexpr std::array<std::uint8_t, dns_question::random_octets> no_random{};
using bounds = easydkim::dns_reply;
constexpr question_manner with_edns{.extension = question_manner::edns::on};

dns_query query_of(const dns_question& asked) {
  const auto bytes = asked.bytes();
  return *dns_query::parse({bytes.begin(), bytes.end()});
}

/// The third octet of the header, and the fourth.
void set_flags(octets& message, std::uint8_t third, std::uint8_t fourth) {
  message[2] |= third;
  message[3] |= fourth;
}

octets raw_record(std::string_view owner, std::uint16_t type, const octets& data) {
  octets record = to_wire(owner);
  for (const std::uint16_t number : {type, std::uint16_t{1}, std::uint16_t{0}, std::uint16_t{300},
                                     static_cast<std::uint16_t>(data.size())}) {
    record.push_back(static_cast<std::uint8_t>(number >> 8));
    record.push_back(static_cast<std::uint8_t>(number & 0xff));
  }
  record.insert(record.end(), data.begin(), data.end());
  return record;
}

octets with_additional(octets message, const octets& record) {
  message[11] = static_cast<std::uint8_t>(message[11] + 1);
  message.insert(message.end(), record.begin(), record.end());
  return message;
}

TEST(DnsReply, HoldsRecordsOfEverySectionAsText) {
  const dns_question asked{{"example.com"}, rr_type::ns, no_random};
  tests::dns_reply reply{query_of(asked)};
  reply.answers = {ns_record("Example.com", "NS1.example.net"), ns_record("example.com", "ns2.example.net")};
  octets message = with_additional(reply.message(), raw_record("ns1.example.net", type_a, {192, 0, 2, 1}));
  set_flags(message, 0x04, 0x20);

  const auto read = read_reply(message, asked);

  ASSERT_TRUE(read);
  EXPECT_TRUE(read->authoritative);
  EXPECT_TRUE(read->authenticated);
  const auto servers = read->answers("example.COM", rr_type::ns);
  ASSERT_EQ(servers.size(), 2);
  EXPECT_EQ(servers[0]->text, "ns1.example.net");
  ASSERT_EQ(read->additional.size(), 1);
  EXPECT_EQ(read->additional[0].text, "192.0.2.1");
  EXPECT_EQ(read->additional[0].ttl, 300);
}

TEST(DnsReply, TellsAReferralFromANegativeAnswer) {
  const dns_question asked{{"a.example.com"}, rr_type::soa, no_random};
  tests::dns_reply referral{query_of(asked)};
  referral.authorities = {ns_record("example.com", "ns1.example.com")};
  tests::dns_reply negative{query_of(asked)};
  negative.rcode = 3;
  negative.authorities = {soa_record("example.com"), ns_record("example.com", "ns1.example.com")};

  EXPECT_TRUE(read_reply(referral.message(), asked)->is_referral());
  const auto read = read_reply(negative.message(), asked);
  EXPECT_FALSE(read->is_referral());
  EXPECT_TRUE(read->says_no_such_name());
  ASSERT_NE(read->soa(), nullptr);
  EXPECT_EQ(read->soa()->owner, "example.com");
}

TEST(DnsReply, ReadsTheNumbersOfASoa) {
  const dns_question asked{{"example.com"}, rr_type::soa, no_random};
  octets data = to_wire("ns1.example.com");
  const octets mailbox = to_wire("hostmaster.example.com");
  data.insert(data.end(), mailbox.begin(), mailbox.end());
  for (const std::uint8_t number : octets{7, 8, 9, 10, 11}) data.insert(data.end(), {0, 0, 1, number});
  tests::dns_reply reply{query_of(asked)};
  reply.authorities = {{to_wire("example.com"), type_soa, data}};

  const auto read = read_reply(reply.message(), asked);

  ASSERT_TRUE(read);
  EXPECT_EQ(read->authority[0].soa, (start_of_authority{"ns1.example.com", 0x107, 0x10b}));
}

TEST(DnsReply, ReadsAnExtendedError) {
  const dns_question asked{{"example.com"}, rr_type::soa, no_random, with_edns};
  tests::dns_reply reply{query_of(asked)};
  reply.rcode = 2;
  const octets option{0, 15, 0, 9, 0, 7, 'e', 'x', 'p', 'i', 'r', 'e', 'd'};

  const auto read = read_reply(with_additional(reply.message(), raw_record("", 41, option)), asked);

  ASSERT_TRUE(read && read->error);
  EXPECT_EQ(read->error->code, 7);
  EXPECT_EQ(read->error->text, "expired");
  EXPECT_TRUE(read->additional.empty());
}

TEST(DnsReply, RefusesWhatAnswersAnotherQuestion) {
  const dns_question asked{{"example.com"}, rr_type::soa, no_random};
  const dns_question other{{"example.org"}, rr_type::soa, no_random};

  EXPECT_FALSE(read_reply(tests::dns_reply{query_of(other)}.message(), asked));
}

TEST(DnsReply, SaysWhenLettersChanged) {
  const dns_question asked{{"example.com"}, rr_type::soa, no_random};
  const dns_question shouted{{"EXAMPLE.com"}, rr_type::soa, no_random};

  const auto read = read_reply(tests::dns_reply{query_of(shouted)}.message(), asked);

  ASSERT_TRUE(read);
  EXPECT_FALSE(read->kept_case);
}

TEST(DnsReply, RefusesAnAddressOfAnotherLength) {
  const dns_question asked{{"example.com"}, rr_type::a, no_random};
  tests::dns_reply reply{query_of(asked)};
  reply.answers = {{to_wire("example.com"), type_a, {1, 2, 3}}};

  EXPECT_FALSE(read_reply(reply.message(), asked));
}

TEST(DnsReply, WalksOverWhatNobodyAskedFor) {
  const dns_question asked{{"example.com"}, rr_type::a, no_random};
  tests::dns_reply reply{query_of(asked)};
  reply.answers = {address_record("other.example.com", "192.0.2.9"), txt_record("example.com", {"x"}),
                   cname_record("Example.com", "a.example.net"), address_record("a.example.net", "192.0.2.1"),
                   address_record("b.example.net", "192.0.2.2")};
  reply.authorities = {txt_record("example.com", {"x"}), ns_record("example.net", "ns1.example.net")};
  reply.additionals = {address_record("ns2.example.net", "192.0.2.3"),
                       address_record("NS1.example.net", "192.0.2.4")};

  const auto read = read_reply(reply.message(), asked);

  ASSERT_TRUE(read);
  EXPECT_TRUE(read->has_other_answers);
  EXPECT_FALSE(read->is_partial);
  ASSERT_EQ(read->answer.size(), 2) << "the alias, and what it leads to";
  EXPECT_EQ(read->answer[0].text, "a.example.net");
  EXPECT_EQ(read->answer[1].text, "192.0.2.1");
  ASSERT_EQ(read->authority.size(), 1);
  ASSERT_EQ(read->additional.size(), 1);
  EXPECT_EQ(read->additional[0].text, "192.0.2.4");
}

TEST(DnsReply, IsNoReferralWhenTheAnswerHoldsWhatNobodyAskedFor) {
  const dns_question asked{{"www.example.com"}, rr_type::a, no_random};
  tests::dns_reply reply{query_of(asked)};
  reply.answers = {txt_record("www.example.com", {"x"})};
  reply.authorities = {ns_record("example.com", "ns1.example.net")};

  EXPECT_FALSE(read_reply(reply.message(), asked)->is_referral());
}

TEST(DnsReply, KeepsABoundedPartAndSaysSo) {
  const dns_question asked{{"example.com"}, rr_type::a, no_random};
  tests::dns_reply reply{query_of(asked)};
  for (std::size_t i = 0; i < bounds::most_records; ++i)
    reply.answers.push_back(address_record("example.com", "192.0.2.1"));
  EXPECT_FALSE(read_reply(reply.message(), asked)->is_partial);

  for (int i = 0; i < 3000; ++i) reply.answers.push_back(address_record("example.com", "192.0.2.2"));
  const auto read = read_reply(reply.message(), asked);

  ASSERT_TRUE(read);
  EXPECT_TRUE(read->is_partial);
  EXPECT_EQ(read->answer.size(), bounds::most_records);
}

TEST(DnsReply, KeepsABoundedTextAndSaysSo) {
  const dns_question asked{{"example.com"}, rr_type::txt, no_random};
  for (const std::size_t strings : {1U, 10U, 17U, 200U}) {
    tests::dns_reply reply{query_of(asked)};
    reply.answers = {txt_record("example.com", std::vector<std::string>(strings, std::string(250, 'x')))};
    const auto read = read_reply(reply.message(), asked);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->is_partial, strings > 16) << strings;
    EXPECT_EQ(read->answer.size(), strings > 16 ? 0 : 1) << strings;
  }
}

TEST(DnsReply, KeepsFewAddressesOfAServer) {
  const dns_question asked{{"example.com"}, rr_type::soa, no_random};
  tests::dns_reply reply{query_of(asked)};
  reply.authorities = {ns_record("example.com", "ns1.example.com"),
                       ns_record("example.com", "ns2.example.com")};
  for (int i = 0; i < 50; ++i) reply.additionals.push_back(address_record("ns1.example.com", "192.0.2.1"));
  reply.additionals.push_back(address_record("ns2.example.com", "192.0.2.2"));

  const auto read = read_reply(reply.message(), asked);

  ASSERT_TRUE(read);
  EXPECT_TRUE(read->is_partial);
  ASSERT_EQ(read->additional.size(), bounds::most_addresses_of_a_server + 1);
  EXPECT_EQ(read->additional.back().text, "192.0.2.2") << "the other one has its place";
}

TEST(DnsReply, IsUnreadableWhenAnAuthoritySaysMoreThanItMay) {
  const dns_question asked{{"example.com"}, rr_type::a, no_random, of_authority};
  const dns_question of_resolver{{"example.com"}, rr_type::a, no_random};
  const auto with = [&](std::size_t records) {
    tests::dns_reply reply{query_of(asked)};
    for (std::size_t i = 0; i < records; ++i) reply.additionals.push_back({{0xC0, 12}, type_txt, {0}});
    return reply.message();
  };
  EXPECT_TRUE(read_reply(with(bounds::most_records_of_authority), asked));
  EXPECT_FALSE(read_reply(with(bounds::most_records_of_authority + 1), asked));
  EXPECT_TRUE(read_reply(with(bounds::most_records_of_authority + 1), of_resolver));

  const auto of_size = [&](std::size_t octets_of_it) {
    tests::dns_reply reply{query_of(asked)};
    const std::size_t head = reply.message().size() + 12;  // of a record at the name that was asked for
    reply.additionals = {{{0xC0, 12}, type_txt, octets(octets_of_it - head, 'x')}};
    return reply.message();
  };
  ASSERT_EQ(of_size(bounds::longest_of_authority).size(), bounds::longest_of_authority);
  EXPECT_TRUE(read_reply(of_size(bounds::longest_of_authority), asked));
  EXPECT_FALSE(read_reply(of_size(bounds::longest_of_authority + 1), asked));
  EXPECT_TRUE(read_reply(of_size(bounds::longest_of_authority + 1), of_resolver));
}

TEST(DnsReply, IsNoDenialWhenSomethingIsLeftOut) {
  const dns_question asked{{"example.com"}, rr_type::a, no_random};
  tests::dns_reply reply{query_of(asked)};
  reply.rcode = 3;
  reply.authorities = {soa_record("example.com")};
  EXPECT_TRUE(read_reply(reply.message(), asked)->says_no_such_name());
  for (std::size_t i = 0; i < bounds::most_records; ++i)
    reply.authorities.push_back(soa_record("example.com"));
  EXPECT_FALSE(read_reply(reply.message(), asked));
}

/// 4,600 records whose owners and targets are pointers to one name of 255 octets, each of which is written as
/// four: ten mebibytes of text.
TEST(DnsReply, OfABombTakesLittleMemory) {
  const dns_question asked{{"example.com"}, rr_type::ns, no_random};
  octets name;
  for (int i = 0; i < 3; ++i) {
    name.push_back(63);
    name.insert(name.end(), 63, 0xFF);
  }
  name.push_back(61);
  name.insert(name.end(), 61, 0xFF);
  name.push_back(0);
  tests::dns_reply reply{query_of(asked)};
  const auto here = static_cast<std::uint8_t>(12 + asked.question().size());
  for (int i = 0; i < 4600; ++i)
    (i % 2 == 0 ? reply.authorities : reply.answers).push_back({{0xC0, here}, type_ns, {0xC0, here}});
  reply.answers.front().owner = name;
  const octets message = reply.message();
  ASSERT_GT(message.size(), 60'000U);

  const auto read = read_reply(message, asked);

  ASSERT_TRUE(read);
  EXPECT_TRUE(read->is_partial);
  EXPECT_LT(memory_of(*read), 4 * bounds::most_text);
}

TEST(DnsReply, FollowsNoMorePointersThanANameHasLabels) {
  const dns_question asked{{"example.com"}, rr_type::ns, no_random};
  const auto with = [&](std::size_t pointers) {
    tests::dns_reply reply{query_of(asked)};
    // The RDATA of a record of another type: a pointer to the question, and then each to the one before.
    const std::size_t begin = reply.message().size() + 12;
    octets chain;
    for (std::size_t i = 0; i < pointers; ++i) {
      const std::size_t to = i == 0 ? 12 : begin + 2 * (i - 1);
      chain.insert(chain.end(), {static_cast<std::uint8_t>(0xC0 | to >> 8), static_cast<std::uint8_t>(to)});
    }
    const std::size_t last = begin + 2 * (pointers - 1);
    reply.answers = {{{0xC0, 12}, type_txt, chain},
                     {{static_cast<std::uint8_t>(0xC0 | last >> 8), static_cast<std::uint8_t>(last)},
                      type_ns,
                      {0xC0, 12}}};
    return reply.message();
  };
  ASSERT_TRUE(read_reply(with(100), asked));
  EXPECT_EQ(read_reply(with(100), asked)->answer.size(), 1);
  EXPECT_FALSE(read_reply(with(5000), asked));
}

TEST(DnsReply, RefusesEveryTruncationOfAReply) {
  const dns_question asked{{"example.com"}, rr_type::ns, no_random};
  tests::dns_reply reply{query_of(asked)};
  reply.answers = {ns_record("example.com", "ns1.example.net")};
  const octets whole = reply.message();

  ASSERT_TRUE(read_reply(whole, asked));
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_FALSE(read_reply({whole.data(), size}, asked)) << size;
}

TEST(DnsQuestion, AsksAnAuthorityWithoutRecursion) {
  const dns_question asked{{"example.com"}, rr_type::soa, no_random, of_authority};
  EXPECT_EQ(asked.bytes()[2], 0);
}

TEST(DnsQuestion, EndsWithAnOptRecordWhereEdnsIsWanted) {
  const dns_question asked{{"example.com"}, rr_type::soa, no_random, with_edns};
  const dns_question plain{{"example.com"}, rr_type::soa, no_random};
  EXPECT_EQ(asked.bytes()[11], 1);
  EXPECT_EQ(asked.bytes().size(), plain.bytes().size() + 11);
  EXPECT_EQ(asked.question().size(), plain.question().size());
}

TEST(DnsQuestion, AsksForTheRoot) {
  const dns_question asked{{}, rr_type::ns, no_random};
  EXPECT_EQ(asked.question().size(), 5);
}

}  // namespace
}  // namespace easydkim::tests
