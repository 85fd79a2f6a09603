// SPDX-License-Identifier: Apache-2.0
// The words of one line of a scenario, taken from left to right.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/time_point.hpp"

namespace easydkim::tests {

/// Throws std::runtime_error, with what was expected, for any word that does not fit.
class scenario_words {
 public:
  /// Splits at spaces; "words in quotes" are one; a word that begins with '#' ends the line.
  explicit scenario_words(std::string_view line);

  bool empty() const noexcept { return next_ == words_.size(); }

  /// The next word. `expected`: what it should be, for the message when there is none.
  std::string_view take(std::string_view expected);

  /// The next word, if it is `word`.
  bool take_if(std::string_view word);

  /// The next word must be `word`.
  void skip(std::string_view word);

  /// "90s", "1h3m", "2d", "+365d", "-1d"; ms, s, m, h, d.
  duration take_duration();

  std::size_t take_number();

  /// "all", or one to three of 1, 2, 3; numbered from 0 in the result.
  std::vector<std::size_t> take_records();

  /// Nothing may follow.
  void end() const;

 private:
  std::vector<std::string> words_;
  std::size_t next_ = 0;
};

/// "1h3m": as `take_duration` reads it.
std::string to_text(duration span);

}  // namespace easydkim::tests
