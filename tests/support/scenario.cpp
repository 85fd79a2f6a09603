// SPDX-License-Identifier: Apache-2.0
#include "tests/support/scenario.hpp"

#include <sstream>
#include <stdexcept>

namespace easydkim::tests {
namespace {

scenario_act read_at(scenario_words& line) {
  const duration when = line.take_duration();
  return [when, act = read_verb(line)](simulated_daemon& life) {
    life.run_to(when);
    act(life);
  };
}

scenario_act read_every(scenario_words& line) {
  const duration step = line.take_duration();
  line.skip("until");
  const duration end = line.take_duration();
  if (step <= duration{0}) throw std::runtime_error{"'every' needs a time above 0s"};
  return [step, end, act = read_verb(line)](simulated_daemon& life) {
    while (life.now() + step <= end) {
      life.run_to(life.now() + step);
      act(life);
    }
  };
}

scenario_act read_line(scenario_words& line) {
  if (line.take_if("at")) return read_at(line);
  if (line.take_if("every")) return read_every(line);
  line.skip("expect");
  return read_expectation(line);
}

std::runtime_error at_line(const std::string& name, std::size_t line, std::string_view what) {
  return std::runtime_error{name + ":" + std::to_string(line) + ": " + std::string{what}};
}

}  // namespace

scenario::scenario(std::string name, std::string_view text) : name_{std::move(name)} {
  std::istringstream lines{std::string{text}};
  std::size_t number = 0;
  for (std::string each; std::getline(lines, each);) {
    ++number;
    try {
      scenario_words words{each};
      if (words.empty()) continue;
      steps_.push_back({.line = number, .text = each, .act = read_line(words)});
      words.end();
    } catch (const std::runtime_error& fault) {
      throw at_line(name_, number, fault.what());
    }
  }
  if (steps_.empty()) throw at_line(name_, 1, "nothing happens in this scenario");
}

void scenario::play() const {
  simulated_daemon life;
  for (const step& each : steps_) {
    try {
      each.act(life);
    } catch (const std::exception& fault) {
      throw at_line(name_, each.line, each.text + "\n  at " + to_text(life.now()) + ": " + fault.what());
    }
  }
}

}  // namespace easydkim::tests
