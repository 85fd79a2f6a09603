// SPDX-License-Identifier: Apache-2.0
#include "tests/soak/judge.hpp"

#include <sstream>
#include <utility>

#include "core/verdict.hpp"
#include "tests/soak/dice.hpp"

namespace easydkim::soak {
namespace {

void promise(bool kept, const std::string& words) {
  if (!kept) throw broken_promise{words};
}

std::string text_of(const subject_name& about) {
  return "'" + about.domain + "' of account '" + about.account + "'";
}

subject_name name_of(const identity& subject) {
  return {subject.account, subject.domain.text()};
}

std::string text_of(const identity& subject) {
  return text_of(name_of(subject)) + " (id " + std::to_string(subject.id) + ")";
}

/// What its owner was told never changes while the identity lives.
bool same_tokens(const identity& before, const identity& after) {
  const bool dkim = before.dkim.status == dkim_status::not_started || before.tokens == after.tokens;
  const bool txt = before.txt.status == dkim_status::not_started || before.txt_token == after.txt_token;
  return dkim && txt;
}

}  // namespace

/// A check made a proof what it is.
struct judge::verdict {
  const identity& before;
  const identity& after;
  const tiding& why;  // answers of the DNS, and when
};

void judge::hear(const tiding& told, const world& truth, const policy& rules) {
  const bool is_of_machine = told.what == tiding::kind::figures;
  for (const char c : is_of_machine ? std::string{} : to_line(told))
    trace_ = mixed(trace_ + static_cast<unsigned char>(c));
  last_heard_ = told.at;
  switch (told.what) {
    case tiding::kind::asked:
      ++count_.requests;
      requests_.emplace(told.number, under_way{told.about, told});
      return;
    case tiding::kind::answered:
      promise(requests_.erase(told.number) == 1, "I4: a request was answered twice: " + text_of(told.about));
      return take(told.about, told.stored);
    case tiding::kind::refused:
      ++count_.refusals;
      promise(requests_.erase(told.number) == 1, "I4: a request was answered twice: " + text_of(told.about));
      return;
    case tiding::kind::judging:
      judging_ = told;
      return;
    case tiding::kind::judged: {
      const tiding why = std::exchange(judging_, std::nullopt).value();
      const identity* const before = with_id(told.id);
      promise(before != nullptr && told.stored.has_value(),
              "I1: identity " + std::to_string(told.id) + " was gone when a check of it was written");
      ++count_.verdicts;
      check_verdict({*before, *told.stored, why}, truth, rules);
      return take(name_of(*told.stored), told.stored);
    }
    case tiding::kind::quiet:
      promise(requests_.empty(), "I4: a request was never answered");
      return;
    case tiding::kind::figures:
      return check_figures(told.words);
    case tiding::kind::broken:
      throw broken_promise{told.words};
    case tiding::kind::ended:
      promise(requests_.empty() && !judging_, "I4: the daemon ended before it had answered");
      return;
  }
}

void judge::take(const subject_name& about, const std::optional<identity>& stored) {
  const auto known = acknowledged_.find(about);
  if (!stored) {
    if (known != acknowledged_.end()) {
      names_.erase(known->second.id);
      acknowledged_.erase(known);
    }
    return;
  }
  promise(name_of(*stored) == about, "I1: asked for " + text_of(about) + ", got " + text_of(*stored));
  if (known != acknowledged_.end() && known->second.id == stored->id) {
    promise(same_tokens(known->second, *stored), "I1: the tokens changed of " + text_of(*stored));
    known->second = *stored;
    return;
  }
  promise(used_ids_.insert(stored->id).second, "I1: an id was given again to " + text_of(*stored));
  if (known != acknowledged_.end()) names_.erase(known->second.id);
  acknowledged_.insert_or_assign(about, *stored);
  names_.emplace(stored->id, about);
}

void judge::check_verdict(const verdict& seen, const world& truth, const policy& rules) {
  const proof which = seen.why.of;
  const verification &from = state_of(seen.before, which), &to = state_of(seen.after, which);
  const std::string who = text_of(seen.after) + " by " + std::string{record_type(which)};
  int& losses = losses_[{seen.after.id, which}];
  if (seen.why.against_it > 0)
    ++losses;
  else if (seen.why.for_it > 0)
    losses = 0;

  promise(same_tokens(seen.before, seen.after), "I1: a check changed the tokens of " + who);
  const proof other = which == proof::dkim ? proof::txt : proof::dkim;
  promise(state_of(seen.before, other) == state_of(seen.after, other),
          "I3: a check of one proof changed the other of " + who);
  if (from.status == to.status) return;
  ++count_.became[to.status];
  promise(seen.why.for_it + seen.why.against_it > 0, "I3: silence changed the status of " + who);
  switch (to.status) {
    case dkim_status::success:
      promise(truth.holds(seen.after.id, which, seen.why.at), "I2: Success, but not published: " + who);
      promise(seen.why.against_it == 0, "I2: Success, although an answer spoke against it: " + who);
      break;
    case dkim_status::temporary_failure:
      promise(seen.why.against_it > 0, "I3: TemporaryFailure without an answer against it: " + who);
      promise(losses >= misses_before_temporary_failure, "I3: TemporaryFailure before three losses: " + who);
      break;
    case dkim_status::failed:
      promise(seen.why.against_it > 0, "I3: Failed without an answer against it: " + who);
      promise(
          seen.why.at >= (from.status == dkim_status::pending ? window_end(from, rules)
                                                              : grace_end(from, rules).value_or(seen.why.at)),
          "I3: Failed before the time was over: " + who);
      break;
    case dkim_status::pending:
    case dkim_status::not_started:
      throw broken_promise{"I3: a check made " + who + " " + std::string{to_string(to.status)}};
  }
  losses = 0;
}

/// "NAME VALUE LIMIT", again and again.
void judge::check_figures(const std::string& words) const {
  std::istringstream figures{words};
  std::string name;
  for (std::uint64_t value = 0, limit = 0; figures >> name >> value >> limit;)
    promise(value <= limit,
            "I5: " + name + ": " + std::to_string(value) + ", more than " + std::to_string(limit));
}

const identity* judge::with_id(identity_id id) const {
  const auto name = names_.find(id);
  if (name == names_.end()) return nullptr;
  return &acknowledged_.at(name->second);
}

void judge::compare(const identity_store& store, const world& truth, const policy& rules) {
  std::map<subject_name, identity> found;
  store.each([&](const identity& each) { found.emplace(name_of(each), each); });
  for (const auto& [name, each] : found) {
    promise(store.find(name.account, each.domain) == each && store.load(each.id) == each,
            "I1: what is found differs by the way it is looked for: " + text_of(each));
  }

  std::map<subject_name, under_way> doubts;
  for (const auto& [number, each] : requests_) doubts.insert_or_assign(each.about, each);
  if (judging_)
    if (const identity* const judged = with_id(judging_->id))
      doubts.insert_or_assign(name_of(*judged), under_way{name_of(*judged), *judging_});
  requests_.clear();
  judging_.reset();

  std::set<subject_name> names;
  for (const auto& [name, each] : found) names.insert(name);
  for (const auto& [name, each] : acknowledged_) names.insert(name);
  for (const subject_name& name : names) {
    const auto there = found.find(name);
    const auto known = acknowledged_.find(name);
    if (there != found.end() && known != acknowledged_.end() && there->second == known->second) continue;
    const auto doubt = doubts.find(name);
    promise(doubt != doubts.end() || there != found.end(),
            "I1: acknowledged, but not in the store: " + text_of(name));
    promise(doubt != doubts.end() || known != acknowledged_.end(),
            "I1: in the store, but never acknowledged or deleted since: " + text_of(name));
    promise(doubt != doubts.end(), "I1: not as it was acknowledged: " + text_of(name));
    adopt(doubt->second, there == found.end() ? std::nullopt : std::optional{there->second}, truth, rules);
  }
}

/// It was on disk when the daemon was killed, and is right; only nobody was told.
void judge::adopt(const under_way& doubt, const std::optional<identity>& found, const world& truth,
                  const policy& rules) {
  ++count_.adopted;
  if (doubt.why.what == tiding::kind::judging) {
    const identity* const before = with_id(doubt.why.id);
    promise(before != nullptr && found.has_value(), "I1: a check deleted " + text_of(doubt.about));
    check_verdict({*before, *found, doubt.why}, truth, rules);
  }
  take(doubt.about, found);
}

}  // namespace easydkim::soak
