#include "resolver/dns_question.hpp"

#include <algorithm>
#include <stdexcept>

namespace easydkim {
namespace {

constexpr std::size_t longest_label = 63;
constexpr std::uint8_t class_in = 1;

constexpr std::uint8_t recursion_desired = 0x01;  // in the third octet of the header (RFC 1035 section 4.1.1)
constexpr std::uint8_t authentic_data = 0x20;     // in the fourth

constexpr bool is_letter(std::uint8_t octet) {
  return (octet >= 'a' && octet <= 'z') || (octet >= 'A' && octet <= 'Z');
}

}  // namespace

dns_question::dns_question(std::initializer_list<std::string_view> name, rr_type type,
                           std::span<const std::uint8_t, random_octets> random) {
  octets_[0] = random[0];
  octets_[1] = random[1];
  octets_[2] = recursion_desired;
  octets_[3] = authentic_data;
  octets_[5] = 1;  // one question

  for (const std::string_view part : name) append_labels(part);
  octets_[size_++] = 0;

  // Length octets are below 64, so only letters have their case drawn.
  const auto cases = random.subspan<2>();
  for (std::size_t i = header_octets; i < size_; ++i) {
    const std::size_t bit = i - header_octets;
    const bool flip = (cases[bit / 8] >> (bit % 8) & 1) != 0;
    if (flip && is_letter(octets_[i])) octets_[i] ^= 0x20;
  }

  octets_[size_ + 1] = static_cast<std::uint8_t>(type);
  octets_[size_ + 3] = class_in;
  size_ += 4;
}

void dns_question::append_labels(std::string_view text) {
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('.', begin), text.size());
    const std::string_view label = text.substr(begin, end - begin);
    if (label.empty() || label.size() > longest_label) throw std::invalid_argument{"no label of a DNS name"};
    if (size_ + 1 + label.size() >= header_octets + longest_name)
      throw std::invalid_argument{"a DNS name of more than 253 characters"};
    octets_[size_++] = static_cast<std::uint8_t>(label.size());
    for (const char c : label) octets_[size_++] = static_cast<std::uint8_t>(c);
    begin = end + 1;
  }
}

}  // namespace easydkim
