// SPDX-License-Identifier: Apache-2.0
#include "core/verification.hpp"

#include <algorithm>

namespace easydkim {
namespace {

constexpr std::array<std::string_view, dkim_statuses> status_words{"NotStarted", "Pending", "Success",
                                                                   "Failed", "TemporaryFailure"};

constexpr std::array<std::string_view, 3> verifier_words{"zone", "resolver", "resolver_in_fault"};

}  // namespace

time_point shifted(time_point when, const clock_step& step) noexcept {
  return when > step.from ? std::min(when, step.to) : when + (step.to - step.from);
}

void shift(std::optional<time_point>& when, const clock_step& step) noexcept {
  if (when) when = shifted(*when, step);
}

std::string_view record_type(proof which) noexcept {
  return which == proof::dkim ? "CNAME" : "TXT";
}

std::string_view to_string(dkim_status status) noexcept {
  return status_words[static_cast<std::size_t>(status)];
}

std::optional<dkim_status> dkim_status_from_string(std::string_view word) noexcept {
  const auto at = std::ranges::find(status_words, word);
  if (at == status_words.end()) return std::nullopt;
  return static_cast<dkim_status>(at - status_words.begin());
}

std::string_view to_string(verifier by) noexcept {
  return verifier_words[static_cast<std::size_t>(by)];
}

verification begin_window(verification before, time_point now) noexcept {
  before.status = dkim_status::pending;
  before.window_started_at = now;
  before.misses = 0;
  before.lost_at.reset();
  before.first_miss_at.reset();
  return before;
}

verification shifted(verification before, const clock_step& step) noexcept {
  if (before.status == dkim_status::not_started) return before;  // has no times
  before.window_started_at = shifted(before.window_started_at, step);
  shift(before.lost_at, step);
  shift(before.checked_at, step);
  shift(before.first_miss_at, step);
  return before;
}

}  // namespace easydkim
