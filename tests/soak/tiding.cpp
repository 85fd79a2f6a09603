// SPDX-License-Identifier: Apache-2.0
#include "tests/soak/tiding.hpp"

#include <charconv>
#include <sstream>
#include <stdexcept>

#include "core/store/records/record.hpp"
#include "tests/soak/world.hpp"

namespace easydkim::soak {
namespace {

std::string to_hex(std::string_view octets) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const char c : octets) {
    const auto octet = static_cast<unsigned char>(c);
    text += digits[octet >> 4];
    text += digits[octet & 15];
  }
  return text;
}

std::string from_hex(std::string_view text) {
  std::string octets;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    unsigned octet = 0;
    std::from_chars(text.data() + i, text.data() + i + 2, octet, 16);
    octets += static_cast<char>(octet);
  }
  return octets;
}

constexpr std::string_view nothing = "-";

const suffix_table suffixes{{naming.target_suffix}};

std::string word_or_nothing(std::string_view word) {
  return std::string{word.empty() ? nothing : word};
}

}  // namespace

std::string to_line(const tiding& told) {
  std::ostringstream line;
  line << static_cast<char>(told.what) << ' ' << told.at.time_since_epoch().count() << ' ' << told.number
       << ' ' << word_or_nothing(told.about.account) << ' ' << word_or_nothing(told.about.domain) << ' '
       << told.id << ' ' << static_cast<int>(told.of) << ' ' << told.for_it << ' ' << told.against_it << ' '
       << (told.stored ? to_hex(encode(*told.stored, suffixes)) : std::string{nothing}) << ' ' << told.words << '\n';
  return line.str();
}

tiding tiding_in(std::string_view line) {
  std::istringstream words{std::string{line}};
  tiding told;
  char what = 0;
  duration::rep at = 0;
  int of = 0;
  std::string octets;
  if (!(words >> what >> at >> told.number >> told.about.account >> told.about.domain >> told.id >> of >>
        told.for_it >> told.against_it >> octets))
    throw std::runtime_error{"the daemon under test said what nobody understands: " + std::string{line}};
  told.what = static_cast<tiding::kind>(what);
  told.at = time_point{duration{at}};
  told.of = static_cast<proof>(of);
  if (octets != nothing) {
    const auto stored = decode(from_hex(octets), suffixes);
    if (!stored) throw std::runtime_error{"the daemon under test told of an identity that is none"};
    told.stored = *stored;
  }
  std::getline(words >> std::ws, told.words);
  return told;
}

}  // namespace easydkim::soak
