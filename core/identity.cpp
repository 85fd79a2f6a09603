#include "core/identity.hpp"

#include <algorithm>

namespace easydkim {
namespace {

constexpr std::array<std::string_view, dkim_statuses> status_words{"NotStarted", "Pending", "Success",
                                                                   "Failed", "TemporaryFailure"};

void shift(std::optional<time_point>& when, duration step) {
  if (when) *when += step;
}

}  // namespace

std::string_view to_string(dkim_status status) noexcept {
  return status_words[static_cast<std::size_t>(status)];
}

std::optional<dkim_status> dkim_status_from_string(std::string_view word) noexcept {
  const auto at = std::ranges::find(status_words, word);
  if (at == status_words.end()) return std::nullopt;
  return static_cast<dkim_status>(at - status_words.begin());
}

bool is_account_name(std::string_view text) noexcept {
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  });
}

identity issued(issue order, time_point now) {
  return {.account = std::move(order.account),
          .domain = std::move(order.domain),
          .tokens = order.tokens,
          .created_at = now,
          .window_started_at = now};
}

identity restarted(identity before, time_point now) {
  before.status = dkim_status::pending;
  before.window_started_at = now;
  before.misses = 0;
  before.lost_at.reset();
  return before;
}

identity shifted(identity before, duration step) {
  before.window_started_at += step;
  shift(before.lost_at, step);
  shift(before.checked_at, step);
  return before;
}

bool is_signing_enabled(const identity& subject) noexcept {
  return subject.dkim_enabled &&
         (subject.status == dkim_status::success || subject.status == dkim_status::temporary_failure);
}

std::string record_name(const identity& subject, std::size_t index) {
  return subject.tokens[index].text() + "._domainkey." + subject.domain.text();
}

std::string record_value(const identity& subject, std::size_t index, std::string_view target_suffix) {
  return subject.tokens[index].text() + "." + std::string{target_suffix};
}

}  // namespace easydkim
