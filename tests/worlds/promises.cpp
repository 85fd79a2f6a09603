// SPDX-License-Identifier: Apache-2.0
#include "tests/worlds/promises.hpp"

#include <algorithm>
#include <set>

#include "resolver/wire/name_text.hpp"

namespace easydkim::worlds {
namespace {

using namespace std::chrono_literals;

/// What was learnt so long before a decision may count in it (`authority.least_ttl`), and what a check may
/// take.
constexpr duration fresh = 60s;
constexpr duration longest_hour = 1h;     // of T5 and T6
constexpr duration longest_kept = 1h;     // `authority.longest_ttl`
constexpr duration longest_rest = 30min;  // of a descent that found nothing, and of a silent server

bool is_liar(role of) {
  return of == role::hostile || of == role::old;
}

/// Servers that hold a zone and the one below answer from that below: then its own NS are all that can be
/// known.
level as_known_from_below(const level& of) {
  return {.apex = of.apex, .by_parent = of.by_zone, .by_zone = of.by_zone};
}

/// Those of its phases that reach into a span.
std::vector<const phase*> phases_in(const machine& one, duration from, duration to) {
  std::vector<const phase*> found;
  for (std::size_t i = 0; i < one.phases.size(); ++i) {
    const bool ends_before = i + 1 < one.phases.size() && one.phases[i + 1].from <= from;
    if (one.phases[i].from <= to && !ends_before) found.push_back(&one.phases[i]);
  }
  return found;
}

}  // namespace

promises::promises(const world& of) : w_{of} {
  work_out_guards();
  work_out_duties();
}

bool promises::holds_all(const conduct& by) const {
  if (by.holds == nullptr) return false;
  for (std::size_t i = 0; i < records_per_identity; ++i) {
    const answer reply = answered_from(*by.holds, w_.record_name(i), rr_type::cname);
    if (reply.answers.size() != 1 || reply.answers.front()->text != w_.record_value(i)) return false;
  }
  return true;
}

std::size_t promises::hostile_in(const std::vector<std::string>& names) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(names, [&](const std::string& each) { return is_liar(w_.servers.at(each).is); }));
}

/// Right servers of a zone that answer, at the worst moment.
std::size_t promises::fewest_answering(const level& of) const {
  std::set<duration> moments{0ms};
  for (const machine& each : w_.net.machines())
    for (const phase& at : each.phases) moments.insert(at.from);
  for (const auto& each : w_.resolver.outages()) moments.insert({each.from, each.to});
  std::size_t fewest = of.all().size();
  for (const duration moment : moments) {
    std::size_t answering = 0;
    for (const std::string& name : of.all()) {
      const named_server& one = w_.servers.at(name);
      if (one.is != role::right || one.addresses.empty()) continue;
      const bool is_hidden = std::ranges::any_of(w_.resolver.outages(), [&](const auto& each) {
        return each.name == name && each.from <= moment && moment < each.to;
      });
      const machine* first = w_.net.find(one.addresses.front());
      if (!is_hidden && first != nullptr && is_useful(first->at(moment).by_turns.front().how)) ++answering;
    }
    fewest = std::min(fewest, answering);
  }
  return fewest;
}

void promises::work_out_guards() {
  const auto bad_parents =
      std::ranges::count_if(w_.parents, [](const parent& each) { return is_liar(each.is); });
  if (bad_parents > 1 || (bad_parents == 1 && w_.parents.size() == 1)) guards_success_ = guards_loss_ = false;
  bool provider_is_hostile = false;
  for (const level& each : w_.providers) provider_is_hostile |= hostile_in(each.all()) > 0;
  const auto weigh = [&](const level& of) {
    const std::size_t k = hostile_in(of.all());
    if (k == 0) return;
    const std::size_t n = of.all().size();
    // The only server that the parent names is the zone, whoever has it.
    if (hostile_in(of.by_parent) == of.by_parent.size()) guards_success_ = guards_loss_ = false;
    const bool row_of_one = k == 1 && n > 1;
    const bool row_of_fewer = !provider_is_hostile && k < fewest_answering(of);
    const bool row_of_minority = 2 * k < n;
    if (!row_of_one && !row_of_fewer) guards_success_ = false;
    if (!row_of_one && !row_of_fewer && !row_of_minority) guards_loss_ = false;
  };
  for (const truth& each : w_.truths)
    for (const level& of : each.levels) {
      weigh(of);
      if (of.apex != w_.registrable) weigh(as_known_from_below(of));
    }
  for (const level& each : w_.providers) weigh(each);
}

bool promises::some_right_has_it(span in) const {
  for (const truth& era : w_.truths) {
    const truth* next = &era + 1 < w_.truths.data() + w_.truths.size() ? &era + 1 : nullptr;
    if (era.from > in.to || (next != nullptr && next->from <= in.from) || era.levels.empty()) continue;
    for (const std::string& name : era.levels.back().all()) {
      const named_server& one = w_.servers.at(name);
      if (is_liar(one.is)) continue;
      for (const std::string& address : one.addresses)
        if (const machine* at = w_.net.find(address))
          for (const phase* each : phases_in(*at, in.from, in.to))
            if (std::ranges::any_of(each->by_turns, [&](const conduct& by) { return holds_all(by); }))
              return true;
    }
  }
  return false;
}

/// Also where they only may: a liar is counted among them.
bool promises::more_than_half_deny(span in) const {
  for (const truth& era : w_.truths) {
    const truth* next = &era + 1 < w_.truths.data() + w_.truths.size() ? &era + 1 : nullptr;
    if (era.from > in.to || (next != nullptr && next->from <= in.from)) continue;
    if (era.levels.empty()) return true;
    const auto denies = [&](const std::string& name) {
      const named_server& one = w_.servers.at(name);
      if (is_liar(one.is)) return true;
      for (const std::string& address : one.addresses)
        if (const machine* at = w_.net.find(address))
          for (const phase* each : phases_in(*at, in.from, in.to))
            for (const conduct& by : each->by_turns)
              if ((is_useful(by.how) || by.how == manner::huge) && !holds_all(by)) return true;
      return false;
    };
    const level& of = era.levels.back();
    for (const std::vector<std::string>& names :
         {of.by_parent, of.all(), of.apex == w_.registrable ? of.all() : of.by_zone})
      if (2 * static_cast<std::size_t>(std::ranges::count_if(names, denies)) > names.size()) return true;
  }
  return false;
}

std::optional<std::string> promises::broken_by(const status_change& change) const {
  const span decisive{change.began - fresh, change.at};
  if (change.to == dkim_status::success) {
    if (guards_success_ && !some_right_has_it(decisive))
      return "Success, and no honest server of the zone has the records";
    return std::nullopt;
  }
  const bool is_taken = change.to == dkim_status::temporary_failure || change.to == dkim_status::failed;
  if (!is_taken || !guards_loss_) return std::nullopt;
  const std::string what = std::string{to_string(change.to)} + ", and ";
  if (!more_than_half_deny(decisive))
    return what + "not more than half of the zone's servers deny the records";
  // T6 wants three checks within an hour for Failed, too; the end of a window asks but one so far.
  if (change.to == dkim_status::failed) return std::nullopt;
  const duration earlier = std::min(longest_hour, w_.rules.recheck_interval);
  if (!more_than_half_deny({duration{0}, change.began - earlier + fresh}))
    return what + "nothing was denied an hour before";
  return std::nullopt;
}

bool promises::answers_always(const machine& one, duration from) const {
  for (const phase* each : phases_in(one, from, w_.end))
    for (const conduct& by : each->by_turns)
      if (!is_useful(by.how)) return false;
  return true;
}

/// Right, answering and findable from a moment to the end of the world.
bool promises::is_askable(const std::string& name, duration from) const {
  const named_server& one = w_.servers.at(name);
  if (one.is != role::right || one.addresses.empty()) return false;
  for (const auto& each : w_.resolver.outages())
    if (each.name == name && each.to > from) return false;
  return std::ranges::all_of(one.addresses, [&](const std::string& each) {
    const machine* at = w_.net.find(each);
    return at != nullptr && answers_always(*at, from);
  });
}

/// Enough of a zone's servers can be asked, and what they say cannot be talked away in an hour.
bool promises::can_be_proven(const level& of, duration from, bool against_hostile) const {
  const auto askable = [&](const std::vector<std::string>& names) {
    return static_cast<std::size_t>(
        std::ranges::count_if(names, [&](const std::string& each) { return is_askable(each, from); }));
  };
  const std::size_t named = askable(of.by_parent);
  if (named < 2 && !(named == 1 && of.by_parent.size() == 1)) return false;
  if (!against_hostile) return true;
  const std::vector<std::string> all = of.all();
  // An address that only a provider's zone gives can be talked away for longer.
  const bool all_inside =
      std::ranges::all_of(all, [&](const std::string& each) { return is_at_or_below(each, of.apex); });
  return all_inside && 2 * provable(of, from) > all.size();
}

/// How many of a zone's servers have an address that nobody can talk away: glue, or what more than half of all give.
std::size_t promises::provable(const level& of, duration from) const {
  const std::vector<std::string> all = of.all();
  const auto askable = [&](const std::string& each) { return is_askable(each, from); };
  const auto with_glue = static_cast<std::size_t>(std::ranges::count_if(of.by_parent, askable));
  if (2 * with_glue <= all.size()) return with_glue;
  return static_cast<std::size_t>(std::ranges::count_if(all, askable));
}

bool promises::more_than_half_askable(const level& of, duration from) const {
  // What the zone names beside its parent is known only from more than half of what the parent names (T4).
  const auto of_parent = std::ranges::count_if(of.by_parent, [&](const auto& each) { return is_askable(each, from); });
  return 2 * static_cast<std::size_t>(of_parent) > of.by_parent.size() && 2 * provable(of, from) > of.all().size();
}

void promises::work_out_duties() {
  std::size_t right_parents = 0;
  std::size_t answering_parents = 0;
  for (const parent& each : w_.parents) {
    const phase& at = w_.net.machines()[each.machine].phases.front();
    if (!is_useful(at.by_turns.front().how)) continue;
    ++answering_parents;
    right_parents += each.is == role::right ? 1 : 0;
  }
  if (2 * right_parents <= answering_parents || (right_parents < 2 && w_.parents.size() > 1)) return;

  bool has_liars = right_parents < answering_parents;
  for (const auto& [name, one] : w_.servers) has_liars |= is_liar(one.is);
  const duration moved = w_.truths.back().from;
  duration from = moved;
  for (const machine& each : w_.net.machines())
    for (const phase& at : each.phases)
      if (!each.is_hostile) from = std::max(from, at.from);
  for (const auto& each : w_.resolver.outages())
    if (each.to < w_.end) from = std::max(from, each.to);
  for (const level& each : w_.truths.back().levels) {
    if (!can_be_proven(each, from, has_liars)) return;
    if (each.apex != w_.registrable && !can_be_proven(as_known_from_below(each), from, has_liars)) return;
  }
  for (const level& each : w_.providers)
    if (!can_be_proven(each, from, has_liars && hostile_in(each.all()) > 0)) return;
  // A resolver that happens to ask a liar each time confirms nothing.
  if (has_liars && w_.resolver.chosen_luck() != recursion::luck::good) return;

  const duration slack = 3 * w_.rules.max_interval + longest_rest + 10min;
  const duration learnt =
      slack + (moved > 0ms || has_liars ? longest_kept : 0ms) + (has_liars ? longest_hour : 0ms);
  if (w_.published_at >= 0ms && w_.removed_at < 0ms) {
    verified_by_ = std::max(from, w_.published_at) + learnt;
    if (*verified_by_ > std::min(w_.rules.window, w_.end)) verified_by_.reset();
  }
  const bool never_there = w_.published_at < 0ms;
  const bool can_be_denied = std::ranges::all_of(w_.truths.back().levels, [&](const level& each) {
    return more_than_half_askable(each, from) &&
           (each.apex == w_.registrable || more_than_half_askable(as_known_from_below(each), from));
  });
  const bool denied = can_be_denied && (never_there || w_.removed_at >= w_.published_at);
  if (denied) {
    failed_by_ = std::max(from, w_.rules.window) + longest_hour + learnt;
    lost_by_ = std::max(from, w_.removed_at) + w_.rules.recheck_interval + longest_hour + learnt;
    if (*failed_by_ > w_.end) failed_by_.reset();
    if (*lost_by_ > w_.end || never_there) lost_by_.reset();
  }
}

std::string promises::duties() const {
  std::string text;
  if (verified_by_) text += "to be verified by " + stamp(*verified_by_);
  if (lost_by_) text += "to be lost, when verified, by " + stamp(*lost_by_);
  if (failed_by_) text += "to be failed, when pending, by " + stamp(*failed_by_);
  return text;
}

std::optional<std::string> promises::broken_by(const biography& whole) const {
  if (verified_by_ && whole.at(*verified_by_) != dkim_status::success)
    return "not verified by " + stamp(*verified_by_) + "though enough honest servers have the records";
  if (lost_by_ && whole.at(*lost_by_) == dkim_status::success)
    return "still Success at " + stamp(*lost_by_) + "though the records are gone";
  if (failed_by_ && whole.at(*failed_by_) == dkim_status::pending)
    return "still Pending at " + stamp(*failed_by_) +
           "though the window is over and the records are not there";
  return std::nullopt;
}

}  // namespace easydkim::worlds
