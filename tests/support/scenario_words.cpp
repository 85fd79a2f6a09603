// SPDX-License-Identifier: Apache-2.0
#include "tests/support/scenario_words.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <optional>
#include <stdexcept>

#include "core/identity.hpp"

namespace easydkim::tests {
namespace {

struct unit {
  std::string_view name;
  duration length;
};
// The longer name first, where one begins with the other.
constexpr std::array units{unit{"d", std::chrono::hours{24}}, unit{"h", std::chrono::hours{1}},
                           unit{"ms", duration{1}}, unit{"m", std::chrono::minutes{1}},
                           unit{"s", std::chrono::seconds{1}}};

[[noreturn]] void refuse(std::string_view word, std::string_view expected) {
  throw std::runtime_error{"'" + std::string{word} + "' is not " + std::string{expected}};
}

/// Digits at the begin of `text`, taken off it.
std::optional<std::int64_t> number_in_front(std::string_view& text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || number < 0) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

std::optional<duration> duration_in(std::string_view text) {
  if (text.empty()) return std::nullopt;
  duration sum{0};
  while (!text.empty()) {
    const auto number = number_in_front(text);
    const auto length =
        std::ranges::find_if(units, [&](const unit& each) { return text.starts_with(each.name); });
    if (!number || length == units.end()) return std::nullopt;
    sum += *number * length->length;
    text.remove_prefix(length->name.size());
  }
  return sum;
}

}  // namespace

scenario_words::scenario_words(std::string_view line) {
  for (;;) {
    const std::size_t begin = line.find_first_not_of(" \t\r");
    if (begin == line.npos || line[begin] == '#') return;
    line.remove_prefix(begin);
    const bool in_quotes = line.front() == '"';
    if (in_quotes) line.remove_prefix(1);
    const std::size_t end = line.find_first_of(in_quotes ? "\"" : " \t\r");
    if (in_quotes && end == line.npos) throw std::runtime_error{"a quote is not closed"};
    words_.emplace_back(line.substr(0, end));
    line.remove_prefix(end == line.npos ? line.size() : end + 1);
  }
}

std::string_view scenario_words::take(std::string_view expected) {
  if (empty()) throw std::runtime_error{"the line ends where " + std::string{expected} + " was expected"};
  return words_[next_++];
}

bool scenario_words::take_if(std::string_view word) {
  if (empty() || words_[next_] != word) return false;
  ++next_;
  return true;
}

void scenario_words::skip(std::string_view word) {
  const std::string wanted = "'" + std::string{word} + "'";
  if (!take_if(word)) refuse(take(wanted), wanted);
}

duration scenario_words::take_duration() {
  const std::string_view word = take("a time, such as 1h30m,");
  const bool backwards = word.starts_with('-');
  const bool has_sign = backwards || word.starts_with('+');
  const auto span = duration_in(word.substr(has_sign ? 1 : 0));
  if (!span) refuse(word, "a time, such as 1h30m");
  return backwards ? -*span : *span;
}

std::size_t scenario_words::take_number() {
  std::string_view word = take("a number");
  const std::string_view whole = word;
  const auto number = number_in_front(word);
  if (!number || !word.empty()) refuse(whole, "a number");
  return static_cast<std::size_t>(*number);
}

std::vector<std::size_t> scenario_words::take_records() {
  if (take_if("all")) return {0, 1, 2};
  constexpr std::string_view numbers = "123";
  std::vector<std::size_t> records;
  while (!empty() && words_[next_].size() == 1 && numbers.find(words_[next_]) != numbers.npos)
    records.push_back(numbers.find(words_[next_++]));
  if (records.empty()) refuse(take("'all' or records 1 to 3"), "'all' or records 1 to 3");
  return records;
}

void scenario_words::end() const {
  if (!empty()) throw std::runtime_error{"'" + words_[next_] + "' is too much here"};
}

std::string to_text(duration span) {
  std::string text = span < duration{0} ? "-" : "";
  span = std::chrono::abs(span);
  for (const std::string_view name : {"d", "h", "m", "s", "ms"}) {
    const duration length = std::ranges::find(units, name, &unit::name)->length;
    if (span < length) continue;
    text += std::to_string(span / length) + std::string{name};
    span %= length;
  }
  return text.empty() || text == "-" ? "0s" : text;
}

}  // namespace easydkim::tests
