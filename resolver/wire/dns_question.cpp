// SPDX-License-Identifier: Apache-2.0
#include "resolver/wire/dns_question.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace easydkim {
namespace {

constexpr std::size_t longest_label = 63;
constexpr std::uint8_t class_in = 1;

constexpr std::uint8_t recursion_desired = 0x01;  // in the third octet of the header (RFC 1035 section 4.1.1)
constexpr std::uint8_t authentic_data = 0x20;     // in the fourth
constexpr std::uint8_t checking_disabled = 0x10;  // the same (RFC 4035 section 3.2.2)
constexpr std::uint16_t largest_answer = 1232;    // octets over UDP: passes everywhere without fragments

/// The bit that makes a letter small, or another letter great.
constexpr std::uint8_t case_bit = 0x20;

// Eight octets of a name at a time, and without a branch: what comes next is drawn, so a processor would
// guess wrong half the time.
constexpr std::uint64_t each_octet = 0x0101010101010101;
constexpr std::uint64_t high_bits = each_octet * 0x80;

/// The high bit of each octet that is a letter.
constexpr std::uint64_t letters_among(std::uint64_t octets) {
  const std::uint64_t small = (octets | each_octet * case_bit) & ~high_bits;
  const std::uint64_t from_a = small + each_octet * (0x80 - 'a'),
                      behind_z = small + each_octet * (0x80 - 'z' - 1);
  return from_a & ~behind_z & ~octets & high_bits;
}

/// The high bit of each octet whose turn's bit is set.
constexpr std::uint64_t spread(std::uint8_t bits) {
  const std::uint64_t one_each = bits * each_octet & 0x8040201008040201;
  return (one_each + ~high_bits) & high_bits;
}
static_assert(spread(0b1000'0001) == 0x8000000000000080 &&
              letters_among(0x7B7A61605B5A4140) == 0x0080800000808000);

}  // namespace

dns_question::dns_question(std::initializer_list<std::string_view> name, rr_type type,
                           std::span<const std::uint8_t, random_octets> random,
                           const question_manner& manner) {
  octets_[0] = random[0];
  octets_[1] = random[1];
  octets_[2] = manner.recurse == question_manner::recursion::desired ? recursion_desired : 0;
  octets_[3] = authentic_data;
  if (manner.validation == question_manner::dnssec::unchecked) octets_[3] |= checking_disabled;
  octets_[5] = 1;  // one question

  for (const std::string_view part : name) append_labels(part);
  octets_[size_++] = 0;

  // Length octets are below 64, so only letters have their case drawn.
  const bool are_drawn = manner.cases == question_manner::letters::drawn;
  std::size_t at = header_octets;
  for (const std::uint8_t cases : random.subspan<2>()) {
    if (at >= size_) break;
    std::uint64_t eight = 0;  // of which those behind the name are still zero
    std::memcpy(&eight, &octets_[at], sizeof eight);
    const std::uint64_t letters = letters_among(eight) / (0x80 / case_bit);
    if (are_drawn)
      eight ^= letters & spread(cases) / (0x80 / case_bit);
    else
      eight |= letters;
    std::memcpy(&octets_[at], &eight, sizeof eight);
    at += sizeof eight;
  }

  octets_[size_ + 1] = static_cast<std::uint8_t>(type);
  octets_[size_ + 3] = class_in;
  size_ += 4;
  question_size_ = size_ - header_octets;
  if (manner.extension == question_manner::edns::on) append_opt();
}

/// RFC 6891 section 6.1.2: the root as name, the type, the size where the class stands; no flags, no options.
void dns_question::append_opt() {
  octets_[11] = 1;  // one additional record
  octets_[size_ + 2] = static_cast<std::uint8_t>(rr_type::opt);
  octets_[size_ + 3] = static_cast<std::uint8_t>(largest_answer >> 8);
  octets_[size_ + 4] = static_cast<std::uint8_t>(largest_answer & 0xff);
  size_ += opt_octets;
}

void dns_question::append_labels(std::string_view text) {
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('.', begin), text.size());
    const std::string_view label = text.substr(begin, end - begin);
    if (label.empty() || label.size() > longest_label) throw std::invalid_argument{"no label of a DNS name"};
    if (size_ + 1 + label.size() >= header_octets + longest_name)
      throw std::invalid_argument{"a DNS name of more than 253 characters"};
    octets_[size_++] = static_cast<std::uint8_t>(label.size());
    std::ranges::copy(label, octets_.begin() + static_cast<std::ptrdiff_t>(size_));
    size_ += label.size();
    begin = end + 1;
  }
}

}  // namespace easydkim
