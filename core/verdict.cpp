// SPDX-License-Identifier: Apache-2.0
#include "core/verdict.hpp"

#include <algorithm>
#include <limits>

namespace easydkim {
namespace {

void forget_misses(verification& subject) {
  subject.misses = 0;
  subject.first_miss_at.reset();
}

/// The window of a pending proof.
struct window {
  const policy& rules;
  bool some_may_outvote;
};

void become(verification& subject, dkim_status status, time_point now) {
  subject.status = status;
  forget_misses(subject);
  if (status == dkim_status::success) subject.verified_at = now;
  subject.lost_at = status == dkim_status::temporary_failure ? std::optional{now} : std::nullopt;
}

/// A window does not end while more than half of a zone's servers have a record that others still lack: they may
/// be outvoted soon.
void judge_pending(verification& subject, check::outcome outcome, time_point now, const window& window) {
  if (outcome == check::outcome::in_place) become(subject, dkim_status::success, now);
  if (outcome == check::outcome::negative && now >= window_end(subject, window.rules) &&
      !window.some_may_outvote)
    become(subject, dkim_status::failed, now);
}

/// Checks in a row, the last of which comes late enough after the first: checks that somebody asks for do not
/// shorten that.
void judge_success(verification& subject, check::outcome outcome, time_point now, const policy& rules) {
  if (outcome == check::outcome::in_place) forget_misses(subject);
  if (outcome != check::outcome::negative) return;
  if (subject.misses < std::numeric_limits<std::uint8_t>::max()) ++subject.misses;
  if (!subject.first_miss_at || *subject.first_miss_at > now) subject.first_miss_at = now;
  const bool lasts = now - *subject.first_miss_at >= std::min(least_loss, rules.recheck_interval);
  if (subject.misses >= misses_before_temporary_failure && lasts)
    become(subject, dkim_status::temporary_failure, now);
}

/// Since when more than half of the zone's servers have a record, after `check`. The silence of some ends
/// nothing.
std::optional<time_point> majority_after(const identity& before, const check& check, std::size_t record,
                                         time_point now) {
  const std::optional<time_point> since = majority_since_of(before, check.of())[record];
  switch (check.majorities()[record]) {
    case majority::lacks:
      return std::nullopt;
    case majority::has:
      return since && *since <= now ? since : now;
    case majority::unknown:
      break;
  }
  return since;
}

/// One that is in place at all of them waits for nothing.
bool may_outvote_soon(const identity& before, const check& check, time_point now) {
  for (std::size_t i = 0; i < check.majorities().size(); ++i) {
    const finding& newest = check.findings()[i];
    const finding& known = was_asked_for(newest) ? newest : findings_of(before, check.of())[i];
    const auto since = majority_after(before, check, i, now);
    if (known.kind != finding_kind::found && since && now - *since < longest_split) return true;
  }
  return false;
}

bool moves_majorities(const identity& before, const check& check, time_point now) {
  for (std::size_t i = 0; i < check.majorities().size(); ++i)
    if (majority_after(before, check, i, now) != majority_since_of(before, check.of())[i]) return true;
  return false;
}

void judge_temporary_failure(verification& subject, check::outcome outcome, time_point now,
                             const policy& rules) {
  if (outcome == check::outcome::in_place) become(subject, dkim_status::success, now);
  if (outcome == check::outcome::negative && now >= grace_end(subject, rules))
    become(subject, dkim_status::failed, now);
}

/// The first record that is not right, in a sentence; empty when all are.
std::string first_fault(const identity& subject, proof which, const record_naming& naming) {
  const std::span<const finding> findings = findings_of(subject, which);
  const std::vector<published_record> wanted = records_of(subject, which, naming);
  for (std::size_t i = 0; i < findings.size(); ++i)
    if (is_conclusive_negative(findings[i].kind)) return explanation(findings[i], wanted[i]);
  return {};
}

/// What is said of a proof, and how it differs.
struct words {
  std::string_view in_place, back_in_place, a_record, issued, restarted;
};
constexpr words dkim_words{.in_place = "All three records are in place.",
                           .back_in_place = "All three records are back in place.",
                           .a_record = "A record",
                           .issued = "Three tokens were issued.",
                           .restarted = "A new window was started with the same tokens."};
constexpr words txt_words{.in_place = "The TXT record is in place.",
                          .back_in_place = "The TXT record is back in place.",
                          .a_record = "The TXT record",
                          .issued = "A TXT token was issued.",
                          .restarted = "A new window was started with the same TXT token."};

verifier verifier_of(const check& check) {
  switch (check.way()) {
    case seen_by::authority:
      return verifier::zone;
    case seen_by::resolver:
      return verifier::resolver;
    case seen_by::resolver_in_fault:
      break;
  }
  return verifier::resolver_in_fault;
}

bool shows_news(const check& check, std::span<const finding> known) {
  for (std::size_t i = 0; i < known.size(); ++i)
    if (was_asked_for(check.findings()[i]) && check.findings()[i] != known[i]) return true;
  return false;
}

}  // namespace

time_point window_end(const verification& state, const policy& rules) noexcept {
  return state.window_started_at + rules.window;
}

std::optional<time_point> grace_end(const verification& state, const policy& rules) noexcept {
  if (!state.lost_at) return std::nullopt;
  return *state.lost_at + rules.grace;
}

identity with_findings(identity subject, const check& check) {
  const std::span<finding> findings = findings_of(subject, check.of());
  for (std::size_t i = 0; i < findings.size(); ++i)
    if (was_asked_for(check.findings()[i])) findings[i] = check.findings()[i];
  return subject;
}

std::optional<identity> apply_check(const identity& before, const check& check, time_point now,
                                    const policy& rules) {
  if (state_of(before, check.of()).status != check.status()) return std::nullopt;

  verification state = state_of(before, check.of());
  switch (state.status) {
    case dkim_status::pending:
      judge_pending(state, check.result(), now, {rules, may_outvote_soon(before, check, now)});
      break;
    case dkim_status::success:
      judge_success(state, check.result(), now, rules);
      if (check.result() == check::outcome::in_place && check.way() == seen_by::authority)
        state.verified_by = verifier::zone;
      break;
    case dkim_status::temporary_failure:
      judge_temporary_failure(state, check.result(), now, rules);
      break;
    case dkim_status::failed:
      break;  // only a new window, by VerifyDomainDkim or VerifyDomainIdentity, revives it
    case dkim_status::not_started:
      break;  // has no records to see
  }
  if (state.verified_at != state_of(before, check.of()).verified_at) state.verified_by = verifier_of(check);
  if (state == state_of(before, check.of()) && !moves_majorities(before, check, now) &&
      !shows_news(check, findings_of(before, check.of())))
    return std::nullopt;
  state.checked_at = now;
  identity after = with_findings(before, check);
  for (std::size_t i = 0; i < check.majorities().size(); ++i)
    majority_since_of(after, check.of())[i] = majority_after(before, check, i, now);
  state_of(after, check.of()) = state;
  return after;
}

std::string reason_of_change(const status_change& change, const policy& rules, const record_naming& naming) {
  const verification& before = state_of(change.before, change.of);
  const words& say = change.of == proof::dkim ? dkim_words : txt_words;
  const auto fault = [&] {
    return change.diagnosed.empty() ? first_fault(change.after, change.of, naming)
                                    : std::string{change.diagnosed};
  };
  switch (state_of(change.after, change.of).status) {
    case dkim_status::success:
      return std::string{before.status == dkim_status::temporary_failure ? say.back_in_place : say.in_place};
    case dkim_status::failed:
      if (before.status == dkim_status::temporary_failure)
        return std::string{say.a_record} + " was still gone " + to_words(rules.grace) +
               " after the loss: " + fault();
      return "The window of " + to_words(rules.window) + " ended at " +
             to_rfc3339(window_end(before, rules)) + ": " + fault();
    case dkim_status::temporary_failure:
      return std::string{say.a_record} + " was gone in " + std::to_string(misses_before_temporary_failure) +
             " checks in a row: " + fault();
    case dkim_status::pending:
      return std::string{before.status == dkim_status::failed ? say.restarted : say.issued};
    case dkim_status::not_started:
      break;
  }
  return "The identity was deleted.";
}

}  // namespace easydkim
