// SPDX-License-Identifier: Apache-2.0
#include "core/store/records/evidence_record.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "core/store/records/big_endian.hpp"
#include "tests/support/observations.hpp"
#include "tests/support/sealed.hpp"

namespace easydkim {
namespace {

using namespace tests;

evidence full_of_everything() {
  observation seen = sample_observation();
  seen.answers[0].extended_error = "EDE 7 (Signature Expired)";
  seen.answers[0].target = std::string("\0\xFF", 2);
  seen.diagnosed->whole.until = time_point{duration{-1}};
  seen.records[3] = sample_sighting(finding_kind::no_answer, finding_kind::wrong_target);
  evidence full = merge_evidence({.before = {}, .news = seen}).value();
  full.zone_at_success = sample_zone();
  full.zone_at_success->servers = {"old.example.net"};
  return full;
}

/// The octets of the lines in evidence_record.hpp that begin with `//   |`.
std::string example_in_header() {
  std::ifstream header{std::filesystem::path{EASYDKIM_SOURCE_DIR} / "core/store/records/evidence_record.hpp"};
  constexpr std::string_view begin = "//   | ";
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

evidence in_example() {
  evidence subject;
  subject.answers = {{.at = sample_start - std::chrono::minutes{8} - std::chrono::seconds{49},
                      .name = "a.b",
                      .type = "CNAME",
                      .server = "n",
                      .rcode = "NXDOMAIN",
                      .flags = {},
                      .target = {},
                      .ttl = 300,
                      .extended_error = {}}};
  subject.records[0] = {.published = {{"n", "1", finding_kind::found, 9}},
                        .visible = record_sighting::visibility::hidden};
  return subject;
}

TEST(EvidenceRecord, GivesBackWhatWasWritten) {
  for (const evidence& each : {evidence{}, in_example(), full_of_everything()}) {
    const auto decoded = decode_evidence(encode(each));
    ASSERT_TRUE(decoded) << to_string(decoded.error());
    EXPECT_EQ(*decoded, each);
  }
}

TEST(EvidenceRecord, IsAsItsHeaderDescribes) {
  const std::string bytes = encode(in_example());
  EXPECT_EQ(shown(example_in_header()), shown(bytes));
}

TEST(EvidenceRecord, TakesNoMoreThanEvidenceCounts) {
  for (const evidence& each : {evidence{}, in_example(), full_of_everything()})
    EXPECT_LE(encode(each).size(), octets_of(each));
}

TEST(EvidenceRecord, NoticesEveryOctetThatChanged) {
  const std::string whole = encode(full_of_everything());
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string changed = whole;
    changed[i] = static_cast<char>(changed[i] ^ 0x10);
    const auto decoded = decode_evidence(changed);
    ASSERT_FALSE(decoded) << i;
    EXPECT_EQ(decoded.error(), record_fault::checksum);
  }
}

TEST(EvidenceRecord, IsRefusedWhereverItIsCutOffEvenWithARightChecksum) {
  const std::string whole = encode(full_of_everything());
  for (std::size_t length = 0; length < whole.size(); ++length)
    ASSERT_FALSE(decode_evidence(whole.substr(0, length))) << length;
  for (std::size_t length = 1; length < whole.size() - 4; ++length)
    ASSERT_FALSE(decode_evidence(sealed(whole.substr(0, length)))) << length;
  EXPECT_EQ(decode_evidence(sealed(whole.substr(0, whole.size() - 4) + '\0')).error(), record_fault::content);
}

TEST(EvidenceRecord, OfALaterVersionIsCalledSo) {
  std::string content = encode(in_example());
  content.resize(content.size() - 4);
  content[0] = 2;
  EXPECT_EQ(decode_evidence(sealed(content)).error(), record_fault::unknown_version);
}

TEST(EvidenceRecord, WithACodeThatIsNoneIsRefused) {
  evidence strange = full_of_everything();
  strange.diagnosed->records[2].code = static_cast<diagnosis_code>(15);
  EXPECT_EQ(decode_evidence(encode(strange)).error(), record_fault::content);
}

}  // namespace
}  // namespace easydkim
