#include "core/verdict.hpp"

#include <algorithm>

namespace easydkim {
namespace {

void become(identity& subject, dkim_status status, time_point now) {
  subject.status = status;
  subject.misses = 0;
  if (status == dkim_status::success) subject.verified_at = now;
  subject.lost_at = status == dkim_status::temporary_failure ? std::optional{now} : std::nullopt;
}

void judge_pending(identity& subject, check::outcome seen, time_point now, const policy& rules) {
  if (seen == check::outcome::in_place) become(subject, dkim_status::success, now);
  if (seen == check::outcome::negative && now >= window_end(subject, rules))
    become(subject, dkim_status::failed, now);
}

void judge_success(identity& subject, check::outcome seen, time_point now) {
  if (seen == check::outcome::in_place) subject.misses = 0;
  if (seen == check::outcome::negative && ++subject.misses >= misses_before_temporary_failure)
    become(subject, dkim_status::temporary_failure, now);
}

void judge_temporary_failure(identity& subject, check::outcome seen, time_point now, const policy& rules) {
  if (seen == check::outcome::in_place) become(subject, dkim_status::success, now);
  if (seen == check::outcome::negative && now >= grace_end(subject, rules))
    become(subject, dkim_status::failed, now);
}

/// The first record that is not right, in a sentence; empty when all are.
std::string first_fault(const identity& subject, std::string_view target_suffix) {
  for (std::size_t i = 0; i < records_per_identity; ++i)
    if (is_conclusive_negative(subject.findings[i].kind))
      return explanation(subject.findings[i], record_name(subject, i),
                         record_value(subject, i, target_suffix));
  return {};
}

}  // namespace

time_point window_end(const identity& subject, const policy& rules) noexcept {
  return subject.window_started_at + rules.window;
}

std::optional<time_point> grace_end(const identity& subject, const policy& rules) noexcept {
  if (!subject.lost_at) return std::nullopt;
  return *subject.lost_at + rules.grace;
}

std::optional<identity> judged(const identity& before, const check& done, time_point now,
                               const policy& rules) {
  if (before.status != done.status()) return std::nullopt;

  identity after = before;
  for (std::size_t i = 0; i < records_per_identity; ++i)
    if (done.findings()[i].kind != finding_kind::unchecked) after.findings[i] = done.findings()[i];

  switch (before.status) {
    case dkim_status::pending:
      judge_pending(after, done.result(), now, rules);
      break;
    case dkim_status::success:
      judge_success(after, done.result(), now);
      break;
    case dkim_status::temporary_failure:
      judge_temporary_failure(after, done.result(), now, rules);
      break;
    case dkim_status::failed:
      break;  // only a new window, by VerifyDomainDkim, revives it
    case dkim_status::not_started:
      break;  // has no records to see
  }
  if (after == before) return std::nullopt;
  after.checked_at = now;
  return after;
}

std::string reason_of_change(const identity& before, const identity& after, const policy& rules,
                             std::string_view target_suffix) {
  switch (after.status) {
    case dkim_status::success:
      return before.status == dkim_status::temporary_failure ? "All three records are back in place."
                                                             : "All three records are in place.";
    case dkim_status::failed:
      if (before.status == dkim_status::temporary_failure)
        return "A record was still gone " + to_words(rules.grace) +
               " after the loss: " + first_fault(after, target_suffix);
      return "The window of " + to_words(rules.window) + " ended at " +
             to_rfc3339(window_end(before, rules)) + ": " + first_fault(after, target_suffix);
    case dkim_status::temporary_failure:
      return "A record was gone in " + std::to_string(misses_before_temporary_failure) +
             " checks in a row: " + first_fault(after, target_suffix);
    case dkim_status::pending:
      return before.status == dkim_status::failed ? "A new window was started with the same tokens."
                                                  : "Three tokens were issued.";
    case dkim_status::not_started:
      break;
  }
  return "The identity was deleted.";
}

}  // namespace easydkim
