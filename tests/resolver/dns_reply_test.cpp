#include "resolver/dns_reply.hpp"

#include <gtest/gtest.h>

#include <array>

#include "tests/support/dns_message.hpp"

namespace easydkim::tests {
namespace {

constexpr std::array<std::uint8_t, dns_question::random_octets> no_random{};
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
  const tests::dns_reply reply{query_of(asked)};

  const auto read =
      read_reply(with_additional(reply.message(), raw_record("example.com", type_soa, data)), asked);

  ASSERT_TRUE(read);
  EXPECT_EQ(read->additional[0].soa, (start_of_authority{"ns1.example.com", 0x107, 0x10b}));
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
  const tests::dns_reply reply{query_of(asked)};

  EXPECT_FALSE(
      read_reply(with_additional(reply.message(), raw_record("example.com", type_a, {1, 2, 3})), asked));
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
