// SPDX-License-Identifier: Apache-2.0
#include "tests/support/simulated_zone.hpp"

#include <algorithm>

namespace easydkim::tests {

std::string right_target(std::string_view label) {
  return std::string{label} + "." + std::string{simulated_suffix};
}

void simulated_zone::answer_again() {
  silence_.reset();
  silent_labels_.clear();
}

bool simulated_zone::holds(const token_set& tokens) const {
  return std::ranges::all_of(tokens, [&](const token& each) {
    const auto record = records_.find(each.text());
    return record != records_.end() && record->second == right_target(record->first);
  });
}

bool simulated_zone::holds(const verification_token& token) const {
  return texts_.contains(token.text()) && !txt_alias_;
}

finding simulated_zone::ask_txt(const std::string& text) {
  if (const auto silent = silent_about("txt")) return *silent;
  if (txt_alias_) return {finding_kind::wrong_target, finding_reason::alias, *txt_alias_};
  if (texts_.empty()) return {finding_kind::absent, finding_reason::no_such_name, {}};
  if (!texts_.contains(text))
    return {finding_kind::wrong_target, finding_reason::other_text, *texts_.begin()};
  return {finding_kind::found, finding_reason::none, {}};
}

finding simulated_zone::ask(const std::string& label) {
  finding seen = ask_control(label);
  if (seen.kind == finding_kind::found) seen.observed.clear();
  return seen;
}

finding simulated_zone::ask_control(const std::string& label) {
  if (const auto silent = silent_about(label)) return *silent;
  if (dname_) return {finding_kind::wrong_target, finding_reason::redirected, "DNAME " + *dname_};
  const std::optional<std::string> target = target_of(label);
  if (!target) return {finding_kind::absent, finding_reason::no_such_name, {}};
  if (*target != right_target(label))
    return {finding_kind::wrong_target, finding_reason::other_target, *target};
  return {finding_kind::found, finding_reason::none, *target};
}

std::optional<finding> simulated_zone::silent_about(const std::string& label) const {
  if (silence_) return finding{finding_kind::no_answer, *silence_, {}};
  const auto silent = silent_labels_.find(label);
  if (silent == silent_labels_.end()) return std::nullopt;
  return finding{finding_kind::no_answer, silent->second, {}};
}

std::optional<std::string> simulated_zone::target_of(const std::string& label) {
  if (answers_everything_) return right_target(label);
  const auto flapping = flapping_.find(label);
  const bool left_out = flapping != flapping_.end() && flapping->second.period > 0 &&
                        flapping->second.asked++ % flapping->second.period == 0;
  const auto record = records_.find(label);
  if (record != records_.end() && !left_out) return record->second;
  return wildcard_;
}

}  // namespace easydkim::tests
