// SPDX-License-Identifier: Apache-2.0
#include "tests/support/witness.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace easydkim::tests {
namespace {

void promise(bool kept, const std::string& words) {
  if (!kept) throw std::runtime_error{"a promise was broken: " + words};
}

}  // namespace

void witness::window_began(duration now) {
  window_began_ = now;
  last_look_ = now;
  losses_in_a_row_ = 0;
}

void witness::answered(const finding& seen) {
  for_it_ += seen.kind == finding_kind::found ? 1 : 0;
  against_it_ += is_conclusive_negative(seen.kind) ? 1 : 0;
}

void witness::answered_control(const finding& seen) {
  const bool made_up = seen.kind == finding_kind::found || seen.reason == finding_reason::redirected;
  against_it_ += made_up ? 1 : 0;
}

void witness::judged(const verdict_seen& seen) {
  if (against_it_ > 0)
    ++losses_in_a_row_;
  else if (for_it_ >= records_)
    losses_in_a_row_ = 0;
  if (seen.from != seen.to) allow_change(seen);
  if (seen.from != seen.to) losses_in_a_row_ = 0;
  if (seen.to == dkim_status::temporary_failure && seen.from != seen.to) lost_ = seen.now;
  for_it_ = against_it_ = 0;
}

void witness::allow_change(const verdict_seen& seen) const {
  promise(for_it_ + against_it_ > 0, "silence changed the status");
  switch (seen.to) {
    case dkim_status::success:
      promise(seen.zone_holds_all, "Success although the zone never held all records");
      promise(against_it_ == 0, "Success although an answer spoke against it");
      return;
    case dkim_status::failed:
      promise(against_it_ > 0, "Failed without a single answer against it");
      promise(seen.from == dkim_status::pending ? seen.now - window_began_ >= rules_.window
                                                : seen.now - lost_ >= rules_.grace,
              "Failed before the time was over");
      return;
    case dkim_status::temporary_failure:
      promise(against_it_ > 0, "TemporaryFailure without a single answer against it");
      promise(losses_in_a_row_ >= 3, "TemporaryFailure before three losses in a row");
      return;
    case dkim_status::pending:
    case dkim_status::not_started:
      promise(false, "a check made an identity " + std::string{to_string(seen.to)});
  }
}

void witness::nothing_overdue(dkim_status status, duration now) const {
  const auto share_of = [&](duration age) {
    return std::clamp(age / 20, rules_.min_interval, rules_.max_interval);
  };
  duration longest = duration::max();
  if (status == dkim_status::pending) longest = share_of(now - window_began_);
  if (status == dkim_status::temporary_failure) longest = share_of(now - lost_);
  if (status == dkim_status::success) longest = rules_.recheck_interval;
  promise(now - last_look_ <= longest,
          "nobody looked for " + to_words(now - last_look_) + " while " + std::string{to_string(status)});
}

}  // namespace easydkim::tests
