#include "resolver/dns_question.hpp"

#include <algorithm>
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

/// Without a branch: what comes next in a question is drawn, so a processor would guess wrong half the time.
constexpr std::uint8_t is_letter(std::uint8_t octet) {
  return static_cast<std::uint8_t>((octet | case_bit) - 'a') < 26 ? 1 : 0;
}

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
  const auto cases = random.subspan<2>();
  for (std::size_t i = header_octets; i < size_; ++i) {
    const std::size_t bit = i - header_octets;
    const int flip = cases[bit / 8] >> (bit % 8) & is_letter(octets_[i]);
    octets_[i] ^= static_cast<std::uint8_t>(flip * case_bit);
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
