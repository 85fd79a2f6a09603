// SPDX-License-Identifier: Apache-2.0
// A whole life of an identity, told in plain text, line by line:
//
//     # An owner publishes after an hour.
//     at 0s   verify
//     at 1h   publish all
//     expect  Success by 1h3m
//     expect  checks at most 100
//
// "at TIME VERB" lets time pass until TIME, counted from the begin, and then something happens. "every SPAN
// until TIME VERB" does so again and again. "expect ..." says how things must stand then; where it holds a
// time, time passes until it. Words: the tables of scenario_verbs.cpp and scenario_expectations.cpp.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/scenario_words.hpp"
#include "tests/support/simulated_daemon.hpp"

namespace easydkim::tests {

/// Something that happens, or that is looked at, in a life. Throws std::runtime_error when it goes wrong.
using scenario_act = std::function<void(simulated_daemon&)>;

/// What may stand after "at TIME", and after "expect": takes all words of `line`.
scenario_act read_verb(scenario_words& line);
scenario_act read_expectation(scenario_words& line);

class scenario {
 public:
  /// Reads all lines. Throws std::runtime_error, with `name`, line and remedy, for a word that it does not
  /// know.
  scenario(std::string name, std::string_view text);

  /// Lives the life. Throws std::runtime_error, with name and line, when something is not as expected or a
  /// promise of `witness` is broken.
  void play() const;

 private:
  struct step {
    std::size_t line;
    std::string text;
    scenario_act act;
  };
  std::string name_;
  std::vector<step> steps_;
};

}  // namespace easydkim::tests
