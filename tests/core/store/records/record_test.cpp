// SPDX-License-Identifier: Apache-2.0
#include "core/store/records/record.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "core/store/records/big_endian.hpp"
#include "tests/support/scratch_store.hpp"
#include "tests/support/sealed.hpp"

namespace easydkim {
namespace {

using tests::fresh;
using tests::noon;
using tests::sealed;

/// Records of the versions before were issued with the second one.
const suffix_table suffixes{{"dkim.example.net", "dkim.amazonses.com"}, 2};

std::string bytes_of(const identity& subject) {
  return encode(subject, suffixes);
}

identity full_of_everything() {
  identity subject = fresh("mail.example.com", "Ops_1.a-b");
  subject.id = 0x0102030405060708;
  subject.dkim.status = dkim_status::temporary_failure;
  subject.dkim_enabled = false;
  subject.dkim.misses = 255;
  subject.dkim.verified_at = noon + std::chrono::hours{1};
  subject.dkim.lost_at = time_point{duration{-1}};
  subject.dkim.checked_at = time_point::max();
  subject.dkim.first_miss_at = noon + std::chrono::hours{2};
  subject.dkim.verified_by = verifier::resolver;
  subject.majority_since = {noon + std::chrono::hours{3}, time_point{duration{-2}}, time_point::max()};
  subject.target_suffix = "dkim.example.net";
  subject.findings = {
      finding{finding_kind::found, finding_reason::none, ""},
      finding{finding_kind::wrong_target, finding_reason::other_target, "x.example."},
      finding{finding_kind::no_answer, finding_reason::other_rcode, std::string("\0\xFF", 2)}};
  return subject;
}

std::string unsealed(const identity& subject) {
  std::string bytes = bytes_of(subject);
  bytes.resize(bytes.size() - 4);
  return bytes;
}

record_fault fault_of(std::string_view bytes) {
  const auto decoded = decode(bytes, suffixes);
  if (decoded) throw std::logic_error{"was taken for a record"};
  return decoded.error();
}

/// The octets of the lines in record.hpp that begin with `//   ` and `mark`.
std::string example_in_header(std::string_view mark) {
  std::ifstream header{std::filesystem::path{EASYDKIM_SOURCE_DIR} / "core/store/records/record.hpp"};
  const std::string begin = "//   " + std::string{mark} + " ";
  std::string octets;
  for (std::string line; std::getline(header, line);) {
    if (!line.starts_with(begin)) continue;
    std::istringstream words{line.substr(begin.size())};
    for (std::string word; words >> word;) octets += static_cast<char>(std::stoi(word, nullptr, 16));
  }
  return octets;
}

std::string shown(std::string_view octets) {
  std::ostringstream text;
  for (const char octet : octets) text << std::hex << (octet & 0xFF) << ' ';
  return text.str();
}

constexpr time_point example_issue = std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} +
                                     std::chrono::hours{7} + std::chrono::minutes{51} +
                                     std::chrono::seconds{11};

/// The identity of the examples without a TXT proof, of before version 5.
identity in_earlier_example() {
  identity subject = fresh("a.example", "ops");
  subject.id = 7;
  for (std::size_t i = 0; i < records_per_identity; ++i) {
    std::array<std::uint8_t, token::octets> bits{};
    bits.fill(static_cast<std::uint8_t>(0x11 * (i + 1)));
    subject.tokens[i] = token{bits};
  }
  subject.created_at = subject.dkim.window_started_at = example_issue;
  subject.findings[1] = {finding_kind::wrong_target, finding_reason::other_target, "x."};
  subject.target_suffix = "dkim.amazonses.com";
  return subject;
}
identity in_example() {
  identity subject = in_earlier_example();
  subject.majority_since[2] = example_issue + std::chrono::seconds{44};
  subject.target_suffix = "dkim.example.net";
  return subject;
}

/// A TXT proof with every field set.
identity with_txt(identity subject) {
  std::array<std::uint8_t, verification_token::octets> bits{};
  bits.fill(0x44);
  subject.txt_token = verification_token{bits};
  subject.txt = {.status = dkim_status::temporary_failure,
                 .misses = 2,
                 .verified_by = verifier::resolver_in_fault,
                 .window_started_at = noon,
                 .verified_at = noon + std::chrono::hours{1},
                 .lost_at = noon + std::chrono::hours{2},
                 .checked_at = noon + std::chrono::hours{3},
                 .first_miss_at = noon + std::chrono::hours{4}};
  subject.txt_majority_since = noon + std::chrono::hours{5};
  subject.txt_finding = {finding_kind::wrong_target, finding_reason::other_text, "v=spf1 -all"};
  return subject;
}

TEST(Record, KeepsEveryFieldOfAnIdentity) {
  const auto decoded = decode(bytes_of(full_of_everything()), suffixes);
  ASSERT_TRUE(decoded);
  EXPECT_EQ(*decoded, full_of_everything());
}

TEST(Record, KeepsEveryCombinationOfStatusFindingAndReason) {
  identity subject = fresh("example.com");
  for (int status = 0; status <= static_cast<int>(dkim_status::temporary_failure); ++status)
    for (int kind = 0; kind <= static_cast<int>(finding_kind::no_answer); ++kind)
      for (int reason = 0; reason <= static_cast<int>(last_finding_reason); ++reason) {
        subject.dkim.status = static_cast<dkim_status>(status);
        subject.findings[1] = {static_cast<finding_kind>(kind), static_cast<finding_reason>(reason), "seen"};
        const auto decoded = decode(bytes_of(subject), suffixes);
        ASSERT_TRUE(decoded) << status << ' ' << kind << ' ' << reason;
        EXPECT_EQ(*decoded, subject);
      }
}

TEST(Record, KeepsEveryCombinationOfTimesThatAreThereOrNot) {
  for (unsigned set = 0; set < 16; ++set) {
    identity subject = fresh("example.com");
    subject.dkim_enabled = (set & 1) != 0;
    if ((set & 2) != 0) subject.dkim.verified_at = noon;
    if ((set & 4) != 0) subject.dkim.lost_at = noon;
    if ((set & 8) != 0) subject.dkim.checked_at = noon;
    const auto decoded = decode(bytes_of(subject), suffixes);
    ASSERT_TRUE(decoded) << set;
    EXPECT_EQ(*decoded, subject) << set;
  }
}

/// The same with a TXT proof.
identity in_earlier_example_with_txt() {
  identity subject = in_earlier_example();
  subject.txt_token = with_txt(subject).txt_token;
  subject.txt = {.status = dkim_status::success, .window_started_at = example_issue};
  subject.txt.verified_at = subject.txt.checked_at = example_issue + std::chrono::seconds{44};
  subject.txt_finding = {finding_kind::found, finding_reason::none, ""};
  return subject;
}
identity in_example_with_txt() {
  identity subject = in_earlier_example_with_txt();
  subject.majority_since = in_example().majority_since;
  subject.target_suffix = in_example().target_suffix;
  subject.txt.verified_by = verifier::resolver_in_fault;
  subject.txt_majority_since = example_issue;
  return subject;
}

TEST(Record, IsTheExampleInItsHeader) {
  const std::pair<const char*, identity> examples[]{{"5|", in_example()}, {"6|", in_example_with_txt()}};
  for (const auto& [mark, subject] : examples) {
    const std::string octets = example_in_header(mark);
    ASSERT_FALSE(octets.empty());
    EXPECT_EQ(bytes_of(subject), octets) << shown(bytes_of(subject));
    const auto decoded = decode(octets, suffixes);
    ASSERT_TRUE(decoded);
    EXPECT_EQ(*decoded, subject);
  }
}

TEST(Record, OfAnEarlierVersionIsReadAndWrittenInTheNewest) {
  const std::pair<const char*, identity> examples[]{{"1|", in_earlier_example()},
                                                        {"2|", in_earlier_example_with_txt()},
                                                        {"3|", in_earlier_example()},
                                                        {"4|", in_earlier_example_with_txt()}};
  for (const auto& [mark, subject] : examples) {
    const std::string octets = example_in_header(mark);
    ASSERT_EQ(octets.front(), mark[0] - '0');
    const auto decoded = decode(octets, suffixes);
    ASSERT_TRUE(decoded) << mark;
    EXPECT_EQ(*decoded, subject);
    EXPECT_EQ(decode_summary(octets, suffixes), summary_of(subject));
    EXPECT_EQ(bytes_of(*decoded).front(), subject.txt.status == dkim_status::not_started ? 5 : 6);
    EXPECT_EQ(octets.front() < 3 || encode_as_before(*decoded, suffixes) == octets, true);
  }
}

TEST(Record, DoesNotGrowWithItsTimes) {
  for (const identity& before : {fresh("example.com"), with_txt(fresh("example.com"))}) {
    identity after = before;
    after.dkim = full_of_everything().dkim;
    after.majority_since = full_of_everything().majority_since;
    if (after.txt.status != dkim_status::not_started) after.txt_majority_since = noon;
    after.findings[0] = {finding_kind::absent, finding_reason::no_such_name, {}};
    EXPECT_EQ(bytes_of(after).size(), bytes_of(before).size());
  }
}

TEST(Record, IsRefusedWithATimeThatItsFlagsDoNotHave) {
  const std::string whole = unsealed(fresh("example.com"));
  for (std::size_t at = 7 + 8 + 16; at < 7 + 8 + 16 + 7 * 8; ++at) {
    std::string content = whole;
    content[at] = 1;
    EXPECT_EQ(fault_of(sealed(content)), record_fault::content) << at;
  }
}

TEST(Record, KeepsEveryFieldOfATxtProof) {
  for (const identity& subject : {with_txt(fresh("example.com")), with_txt(full_of_everything())}) {
    const auto decoded = decode(bytes_of(subject), suffixes);
    ASSERT_TRUE(decoded);
    EXPECT_EQ(*decoded, subject);
    EXPECT_EQ(bytes_of(subject).front(), 6);
  }
}

TEST(Record, KeepsATxtProofOfAnIdentityWithoutTokens) {
  const identity subject =
      issued({.account = "ops", .domain = tests::domain("example.com"), .wanted = proof::txt}, noon);
  const auto decoded = decode(bytes_of(subject), suffixes);
  ASSERT_TRUE(decoded);
  EXPECT_EQ(*decoded, subject);
  EXPECT_EQ(decoded->dkim.status, dkim_status::not_started);
}

TEST(Record, IsRefusedWithATxtProofThatNobodyHas) {
  const std::string whole = unsealed(with_txt(fresh("example.com")));
  const std::size_t txt = unsealed(fresh("example.com")).size();
  const auto changed = [&](std::size_t at, char octet) {
    std::string content = whole;
    content[at] = octet;
    return sealed(content);
  };
  ASSERT_TRUE(decode(changed(txt, 2 + 4 + 8 + 16 + 32), suffixes));
  EXPECT_EQ(fault_of(changed(txt, 2 + 4 + 8 + 16 + 32 + 1)), record_fault::content) << "dkim_enabled";
  EXPECT_EQ(fault_of(changed(txt, 2 + 4 + 8 + 16 + 32 + 64)), record_fault::content) << "unknown flag";
  EXPECT_EQ(fault_of(changed(txt + 3, 3)), record_fault::content) << "verified by nobody";
  EXPECT_EQ(fault_of(changed(txt + 1, 0)), record_fault::content) << "not started";
  EXPECT_EQ(fault_of(changed(txt + 1, 5)), record_fault::content) << "status";
  EXPECT_EQ(fault_of(changed(0, 5)), record_fault::content) << "version 5 with a TXT proof";
  std::string without = unsealed(fresh("example.com"));
  without[0] = 6;
  EXPECT_EQ(fault_of(sealed(without)), record_fault::content) << "version 6 without a TXT proof";
}

TEST(Record, KeepsTheFirst255OctetsOfWhatWasObserved) {
  identity subject = fresh("example.com");
  subject.findings[2] = {finding_kind::wrong_target, finding_reason::other_target, std::string(300, 'x')};
  EXPECT_EQ(decode(bytes_of(subject), suffixes)->findings[2].observed, std::string(255, 'x'));
}

TEST(Record, IsRefusedWithAnyBitChanged) {
  for (const identity& subject :
       {fresh("example.com"), full_of_everything(), with_txt(fresh("example.com"))}) {
    const std::string whole = bytes_of(subject);
    for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
      std::string changed = whole;
      changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ 1 << bit % 8);
      EXPECT_FALSE(decode(changed, suffixes)) << "bit " << bit;
    }
  }
}

TEST(Record, IsRefusedCutOffAtAnyOctet) {
  for (const identity& subject : {full_of_everything(), with_txt(full_of_everything())}) {
    const std::string whole = bytes_of(subject);
    for (std::size_t size = 0; size < whole.size(); ++size)
      EXPECT_FALSE(decode(whole.substr(0, size), suffixes)) << size;
    const std::string content = unsealed(subject);
    for (std::size_t size = 1; size < content.size(); ++size)
      EXPECT_EQ(fault_of(sealed(content.substr(0, size))), record_fault::content) << size;
  }
}

TEST(Record, IsRefusedWithOctetsBehindItsEnd) {
  EXPECT_EQ(fault_of(sealed(unsealed(fresh("example.com")) + '\0')), record_fault::content);
}

TEST(Record, OfAnotherVersionIsRefusedByName) {
  std::string content = unsealed(fresh("example.com"));
  for (const char unknown : {'\0', '\7', '\xFF'}) {
    content[0] = unknown;
    EXPECT_EQ(fault_of(sealed(content)), record_fault::unknown_version);
  }
  EXPECT_NE(to_string(record_fault::unknown_version).find("version"), std::string_view::npos);
}

TEST(Record, IsRefusedWithAValueThatNoIdentityHas) {
  const std::string whole = unsealed(fresh("example.com", "acc"));
  const std::size_t account = 7 + 8 + 16 + 7 * 8 + 60;
  const std::size_t name = account + 1 + 3;
  const std::size_t findings = name + 1 + 11;
  ASSERT_EQ(whole.substr(account + 1, 3), "acc");
  ASSERT_EQ(whole.substr(name + 1, 11), "example.com");

  const auto changed = [&](std::size_t at, char octet) {
    std::string content = whole;
    content[at] = octet;
    return sealed(content);
  };
  EXPECT_EQ(fault_of(changed(4, 3)), record_fault::content) << "verified by nobody";
  EXPECT_EQ(fault_of(changed(6, 9)), record_fault::content) << "a suffix that is none";
  EXPECT_EQ(fault_of(changed(2, 5)), record_fault::content) << "status";
  EXPECT_EQ(fault_of(changed(account + 1, '/')), record_fault::content) << "account";
  EXPECT_EQ(fault_of(changed(name + 1, 'E')), record_fault::content) << "upper-case letter in the domain";
  EXPECT_EQ(fault_of(changed(name + 8, 'e')), record_fault::content) << "single label";
  EXPECT_EQ(fault_of(changed(name + 11, '.')), record_fault::content) << "dot at the end";
  EXPECT_EQ(fault_of(changed(findings, 5)), record_fault::content) << "kind";
  const auto unknown = static_cast<char>(static_cast<int>(last_finding_reason) + 1);
  EXPECT_EQ(fault_of(changed(findings + 1, unknown)), record_fault::content) << "reason";
  EXPECT_EQ(fault_of(changed(findings + 2, 1)), record_fault::content) << "observed too long";
}

TEST(Record, ShowsItsOutlineWithoutBeingDecoded) {
  for (const identity& subject :
       {fresh("example.com"), full_of_everything(), with_txt(full_of_everything())}) {
    const std::string bytes = bytes_of(subject);
    EXPECT_EQ(decode_summary(bytes, suffixes), summary_of(subject));
    // It stands in the front part: what follows may be gone, and nothing is read behind the end.
    std::size_t needed = bytes.size();
    while (decode_summary(std::string_view{bytes}.substr(0, needed - 1), suffixes)) --needed;
    for (std::size_t size = 0; size < needed; ++size)
      EXPECT_FALSE(decode_summary(std::string{bytes, 0, size}, suffixes)) << size;
    EXPECT_LT(needed, bytes.size());
  }
}

TEST(Record, ShowsNoOutlineOfWhatNoIdentityHas) {
  std::string bytes = bytes_of(with_txt(fresh("example.com")));
  EXPECT_FALSE(decode_summary('\x07' + bytes.substr(1), suffixes)) << "a later version";
  bytes[2] = '\x05';
  EXPECT_FALSE(decode_summary(bytes, suffixes)) << "a status behind the last";
}

}  // namespace
}  // namespace easydkim
