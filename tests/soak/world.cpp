// SPDX-License-Identifier: Apache-2.0
#include "tests/soak/world.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include "tests/soak/dice.hpp"

namespace easydkim::soak {
namespace {

using namespace std::chrono_literals;

/// Which of the spans of that length `now` lies in.
std::uint64_t span_at(time_point now, duration length) {
  return static_cast<std::uint64_t>(now.time_since_epoch() / length);
}

finding_reason reason_of(std::uint64_t chance) {
  constexpr std::array reasons{finding_reason::servfail, finding_reason::servfail, finding_reason::refused};
  return reasons[chance % reasons.size()];
}

}  // namespace

void world::told(const identity& subject, proof which, time_point now) {
  const owner who{roll(seed_, dice::owner, {subject.id, static_cast<std::uint64_t>(which)}), now};
  if (!owners_.try_emplace({subject.id, which}, who).second) return;
  of_domain_[subject.domain.text()].push_back(subject.id);
  if (which == proof::txt) {
    by_text_[subject.domain.text()].emplace(subject.txt_token.text(), told_proof{subject.id, which, 0, who});
    return;
  }
  for (std::size_t i = 0; i < subject.tokens.size(); ++i)
    by_label_.emplace(subject.tokens[i].text(), told_proof{subject.id, which, i, who});
}

/// A third of the seeds has a week without an answer; every now and then some hours are bad.
std::optional<finding_reason> world::silence(time_point now) const {
  const auto week = span_at(now, 168h);
  if (seed_ % 3 == 0 && roll(seed_, dice::weather, {week, 0}) % 4 == 0) return finding_reason::servfail;
  const auto chance = roll(seed_, dice::weather, {span_at(now, 7h), 1});
  if (chance % 12 != 0) return std::nullopt;
  return reason_of(mixed(chance));
}

std::optional<finding_reason> world::silence_of(std::string_view domain, time_point now) const {
  if (const auto all = silence(now)) return all;
  const auto chance = roll(seed_, dice::silence, {number_of(domain), span_at(now, 5h)});
  if (chance % 25 != 0) return std::nullopt;
  return reason_of(mixed(chance));
}

world::zone_kind world::kind_of(std::string_view domain) const {
  switch (roll(seed_, dice::zone, {number_of(domain)}) % 25) {
    case 0:
      return zone_kind::redirected;
    case 1:
      return zone_kind::answers_everything;
    default:
      return zone_kind::honest;
  }
}

finding world::answer(const dns_look& look, time_point now) {
  finding said = say(look, now);
  remember(look, said, now);
  return said;
}

finding world::say(const dns_look& look, time_point now) {
  if (const auto silent = silence_of(look.domain, now)) return {finding_kind::no_answer, *silent, {}};
  if (look.of == proof::txt) return say_txt(look, now);
  const zone_kind kind = kind_of(look.domain);
  if (kind == zone_kind::redirected)
    return {finding_kind::wrong_target, finding_reason::redirected, "DNAME " + naming.target_suffix};
  if (kind == zone_kind::answers_everything) return {finding_kind::found, finding_reason::none, {}};
  const auto known = by_label_.find(look.label);
  const placed there =
      known == by_label_.end() ? placed::absent : known->second.who.record(known->second.record, now);
  if (there == placed::absent) return {finding_kind::absent, finding_reason::no_such_name, {}};
  if (there == placed::wrong)
    return {finding_kind::wrong_target, finding_reason::other_target, "elsewhere.example.org"};
  return {finding_kind::found, finding_reason::none, {}};
}

finding world::say_txt(const dns_look& look, time_point now) {
  const std::vector<std::string> texts = texts_at(look.domain, now);
  if (texts.empty()) return {finding_kind::absent, finding_reason::no_such_name, {}};
  if (std::ranges::find(texts, look.text) != texts.end())
    return {finding_kind::found, finding_reason::none, {}};
  return {finding_kind::wrong_target, finding_reason::other_text, texts.front()};
}

void world::remember(const dns_look& look, const finding& said, time_point now) {
  const auto note = [&](identity_id id, proof which, bool for_it, bool against_it) {
    heard& all = heard_[{id, which}];
    if (all.at != now) all = {.at = now};
    all.for_it += for_it ? 1 : 0;
    all.against_it += against_it ? 1 : 0;
  };
  const bool found = said.kind == finding_kind::found, negative = is_conclusive_negative(said.kind);
  if (look.of == proof::dkim && !by_label_.contains(look.label)) {  // nobody can tell for whose sake
    const bool made_up = found || said.reason == finding_reason::redirected;
    if (const auto ids = of_domain_.find(look.domain); ids != of_domain_.end())
      for (const identity_id id : ids->second) note(id, proof::dkim, false, made_up);
    return;
  }
  if (look.of == proof::dkim) {
    note(by_label_.find(look.label)->second.id, proof::dkim, found, negative);
    return;
  }
  // One answer tells of all who were told a text for this name.
  const auto texts = by_text_.find(look.domain);
  if (texts == by_text_.end() || said.kind == finding_kind::no_answer) return;
  for (const auto& [text, told] : texts->second) {
    const bool there = told.who.record(0, now) == placed::right;
    note(told.id, proof::txt, there, !there);
  }
}

std::vector<std::string> world::texts_at(std::string_view domain, time_point now) const {
  std::vector<std::string> shown;
  if (const auto texts = by_text_.find(domain); texts != by_text_.end())
    for (const auto& [text, told] : texts->second) {
      const placed there = told.who.record(0, now);
      if (there != placed::absent) shown.push_back(there == placed::right ? text : "another text");
    }
  return shown;
}

heard world::heard_of(identity_id id, proof which, time_point now) const {
  const auto known = heard_.find({id, which});
  return known != heard_.end() && known->second.at == now ? known->second : heard{.at = now};
}

bool world::holds(identity_id id, proof which, time_point now) const {
  const auto who = owners_.find({id, which});
  if (who == owners_.end() || !who->second.holds(which, now)) return false;
  if (which == proof::txt) return true;
  for (const auto& [domain, ids] : of_domain_)
    for (const identity_id each : ids)
      if (each == id) return kind_of(domain) == zone_kind::honest;
  return false;
}

}  // namespace easydkim::soak
