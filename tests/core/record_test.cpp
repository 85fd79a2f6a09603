#include "core/store/record.hpp"

#include <gtest/gtest.h>

#include <boost/crc.hpp>
#include <fstream>
#include <sstream>

#include "core/store/big_endian.hpp"
#include "tests/core/scratch_store.hpp"

namespace easydkim {
namespace {

using tests::fresh;
using tests::noon;

identity full_of_everything() {
  identity subject = fresh("mail.example.com", "Ops_1.a-b");
  subject.id = 0x0102030405060708;
  subject.status = dkim_status::temporary_failure;
  subject.dkim_enabled = false;
  subject.misses = 255;
  subject.verified_at = noon + std::chrono::hours{1};
  subject.lost_at = time_point{duration{-1}};
  subject.checked_at = time_point::max();
  subject.findings = {
      finding{finding_kind::found, finding_reason::none, ""},
      finding{finding_kind::wrong_target, finding_reason::other_target, "x.example."},
      finding{finding_kind::no_answer, finding_reason::other_rcode, std::string("\0\xFF", 2)}};
  return subject;
}

/// `content` with the checksum that it should have.
std::string sealed(std::string content) {
  boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> sum;
  sum.process_bytes(content.data(), content.size());
  content += big_endian<4>{sum.checksum()}.bytes();
  return content;
}

std::string unsealed(const identity& subject) {
  std::string bytes = encode(subject);
  bytes.resize(bytes.size() - 4);
  return bytes;
}

record_fault fault_of(std::string_view bytes) {
  const auto decoded = decode(bytes);
  if (decoded) throw std::logic_error{"was taken for a record"};
  return decoded.error();
}

/// The octets of the lines in record.hpp that begin with `//   |`.
std::string example_in_header() {
  std::ifstream header{std::filesystem::path{__FILE__}.parent_path() / "../../core/store/record.hpp"};
  std::string octets;
  for (std::string line; std::getline(header, line);) {
    if (!line.starts_with("//   |")) continue;
    std::istringstream words{line.substr(6)};
    for (std::string word; words >> word;) octets += static_cast<char>(std::stoi(word, nullptr, 16));
  }
  return octets;
}

TEST(Record, KeepsEveryFieldOfAnIdentity) {
  const auto decoded = decode(encode(full_of_everything()));
  ASSERT_TRUE(decoded);
  EXPECT_EQ(*decoded, full_of_everything());
}

TEST(Record, KeepsEveryCombinationOfStatusFindingAndReason) {
  identity subject = fresh("example.com");
  for (int status = 0; status <= static_cast<int>(dkim_status::temporary_failure); ++status)
    for (int kind = 0; kind <= static_cast<int>(finding_kind::no_answer); ++kind)
      for (int reason = 0; reason <= static_cast<int>(finding_reason::referral); ++reason) {
        subject.status = static_cast<dkim_status>(status);
        subject.findings[1] = {static_cast<finding_kind>(kind), static_cast<finding_reason>(reason), "seen"};
        const auto decoded = decode(encode(subject));
        ASSERT_TRUE(decoded) << status << ' ' << kind << ' ' << reason;
        EXPECT_EQ(*decoded, subject);
      }
}

TEST(Record, KeepsEveryCombinationOfTimesThatAreThereOrNot) {
  for (unsigned set = 0; set < 16; ++set) {
    identity subject = fresh("example.com");
    subject.dkim_enabled = (set & 1) != 0;
    if ((set & 2) != 0) subject.verified_at = noon;
    if ((set & 4) != 0) subject.lost_at = noon;
    if ((set & 8) != 0) subject.checked_at = noon;
    const auto decoded = decode(encode(subject));
    ASSERT_TRUE(decoded) << set;
    EXPECT_EQ(*decoded, subject) << set;
  }
}

TEST(Record, IsTheExampleInItsHeader) {
  identity subject = fresh("a.example", "ops");
  subject.id = 7;
  for (std::size_t i = 0; i < records_per_identity; ++i) {
    std::array<std::uint8_t, token::octets> bits{};
    bits.fill(static_cast<std::uint8_t>(0x11 * (i + 1)));
    subject.tokens[i] = token{bits};
  }
  subject.created_at = subject.window_started_at =
      time_point{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23}} + std::chrono::hours{7} +
      std::chrono::minutes{51} + std::chrono::seconds{11};
  subject.findings[1] = {finding_kind::wrong_target, finding_reason::other_target, "x."};

  const std::string octets = example_in_header();
  ASSERT_FALSE(octets.empty());
  std::ostringstream shown;
  for (const char octet : encode(subject)) shown << std::hex << (octet & 0xFF) << ' ';
  EXPECT_EQ(encode(subject), octets) << shown.str();
}

TEST(Record, KeepsTheFirst255OctetsOfWhatWasObserved) {
  identity subject = fresh("example.com");
  subject.findings[2] = {finding_kind::wrong_target, finding_reason::other_target, std::string(300, 'x')};
  EXPECT_EQ(decode(encode(subject))->findings[2].observed, std::string(255, 'x'));
}

TEST(Record, IsRefusedWithAnyBitChanged) {
  for (const identity& subject : {fresh("example.com"), full_of_everything()}) {
    const std::string whole = encode(subject);
    for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
      std::string changed = whole;
      changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ 1 << bit % 8);
      EXPECT_FALSE(decode(changed)) << "bit " << bit;
    }
  }
}

TEST(Record, IsRefusedCutOffAtAnyOctet) {
  const std::string whole = encode(full_of_everything());
  for (std::size_t size = 0; size < whole.size(); ++size) EXPECT_FALSE(decode(whole.substr(0, size))) << size;
  const std::string content = unsealed(full_of_everything());
  for (std::size_t size = 1; size < content.size(); ++size)
    EXPECT_EQ(fault_of(sealed(content.substr(0, size))), record_fault::content) << size;
}

TEST(Record, IsRefusedWithOctetsBehindItsEnd) {
  EXPECT_EQ(fault_of(sealed(unsealed(fresh("example.com")) + '\0')), record_fault::content);
}

TEST(Record, OfAnotherVersionIsRefusedByName) {
  std::string content = unsealed(fresh("example.com"));
  content[0] = 2;
  EXPECT_EQ(fault_of(sealed(content)), record_fault::unknown_version);
  EXPECT_NE(to_string(record_fault::unknown_version).find("version"), std::string_view::npos);
}

TEST(Record, IsRefusedWithAValueThatNoIdentityHas) {
  const std::string whole = unsealed(fresh("example.com", "acc"));
  const std::size_t account = 4 + 8 + 16 + 60;  // no optional times
  const std::size_t name = account + 1 + 3;
  const std::size_t findings = name + 1 + 11;
  ASSERT_EQ(whole.substr(account + 1, 3), "acc");
  ASSERT_EQ(whole.substr(name + 1, 11), "example.com");

  const auto changed = [&](std::size_t at, char octet) {
    std::string content = whole;
    content[at] = octet;
    return sealed(content);
  };
  EXPECT_EQ(fault_of(changed(1, 16 + 1)), record_fault::content) << "unknown flag";
  EXPECT_EQ(fault_of(changed(2, 5)), record_fault::content) << "status";
  EXPECT_EQ(fault_of(changed(account + 1, '/')), record_fault::content) << "account";
  EXPECT_EQ(fault_of(changed(name + 1, 'E')), record_fault::content) << "upper-case letter in the domain";
  EXPECT_EQ(fault_of(changed(name + 8, 'e')), record_fault::content) << "single label";
  EXPECT_EQ(fault_of(changed(name + 11, '.')), record_fault::content) << "dot at the end";
  EXPECT_EQ(fault_of(changed(findings, 5)), record_fault::content) << "kind";
  EXPECT_EQ(fault_of(changed(findings + 1, 17)), record_fault::content) << "reason";
  EXPECT_EQ(fault_of(changed(findings + 2, 1)), record_fault::content) << "observed too long";
}

}  // namespace
}  // namespace easydkim
