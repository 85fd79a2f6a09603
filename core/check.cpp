// SPDX-License-Identifier: Apache-2.0
#include "core/check.hpp"

#include <algorithm>
#include <utility>

namespace easydkim {

std::size_t first_record(std::span<const finding> last_seen, std::size_t turn) noexcept {
  for (std::size_t i = 0; i < last_seen.size(); ++i) {
    const std::size_t record = (turn + i) % last_seen.size();
    if (last_seen[record].kind != finding_kind::found) return record;
  }
  return turn % last_seen.size();
}

check::check(const plan& chosen) noexcept
    : of_{chosen.of},
      tokens_{chosen.tokens},
      suffix_{chosen.suffix},
      status_{chosen.status},
      extent_{chosen.how_much},
      records_{of_ == proof::dkim ? records_per_identity : 1},
      first_{chosen.first % records_} {}

std::optional<question> check::next() const noexcept {
  using enum question::way_of_asking;
  switch (stage_) {
    case stage::looking:
      return question{.way = usual, .record = (first_ + next_) % records_};
    case stage::confirming:
      return question{.way = confirm, .record = next_};
    case stage::control:
      return question{.way = confirm, .control = true};
    case stage::over:
      break;
  }
  return std::nullopt;
}

void check::answered(finding shown, seen_by who, const weight& weight) {
  switch (stage_) {
    case stage::looking:
      return looked(std::move(shown), who, weight);
    case stage::confirming:
      return confirmed(std::move(shown));
    case stage::control:
      return controlled(std::move(shown), weight);
    case stage::over:
      return;
  }
}

check::outcome check::result() const noexcept {
  bool is_negative = false;
  for (std::size_t i = 0; i < records_; ++i) {
    if (!is_conclusive_negative(findings_[i].kind)) continue;
    if (decides_loss_[i]) return outcome::negative;
    is_negative = true;
  }
  if (is_negative) return outcome::undecided;
  return stage_ == stage::over && all_found() ? outcome::in_place : outcome::silent;
}

bool check::all_found() const noexcept {
  return std::ranges::all_of(findings(), [](const finding& each) {
    return each.kind == finding_kind::found && each.reason == finding_reason::none;
  });
}

/// Only what is not verified now can become verified; a verified one needs no new proof to stay so.
bool check::must_confirm() const noexcept {
  return status_ == dkim_status::pending || status_ == dkim_status::temporary_failure;
}

seen_by check::way() const noexcept {
  const auto is = [this](seen_by who) {
    return std::find(looked_at_.begin(), looked_at_.begin() + static_cast<std::ptrdiff_t>(records_), who) !=
           looked_at_.begin() + static_cast<std::ptrdiff_t>(records_);
  };
  if (is(seen_by::resolver_in_fault)) return seen_by::resolver_in_fault;
  return by_resolver_ || is(seen_by::resolver) ? seen_by::resolver : seen_by::authority;
}

void check::looked(finding shown, seen_by who, const weight& weight) {
  const bool found = shown.kind == finding_kind::found;
  const bool goes_on =
      found || extent_ == extent::full || (is_verified(status_) && shown.kind != finding_kind::no_answer);
  findings_[(first_ + next_) % records_] = std::move(shown);
  looked_at_[(first_ + next_) % records_] = who;
  decides_loss_[(first_ + next_) % records_] = weight.decides_loss && who != seen_by::resolver_in_fault;
  most_[(first_ + next_) % records_] = weight.most;
  by_resolver_ |= weight.by_resolver;
  ++next_;
  if (!goes_on) {
    stage_ = stage::over;
  } else if (next_ == records_) {
    stage_ = all_found() && must_confirm() ? stage::confirming : stage::over;
    next_ = 0;
  }
  if (stage_ == stage::over && may_be_made_up()) stage_ = stage::control;
}

/// Some records are found, and others are not: a wildcard may have the value of one. Only the zone's servers
/// are asked for a decoy label: a resolver would remember its denial.
bool check::may_be_made_up() const noexcept {
  if (of_ != proof::dkim || is_verified(status_)) return false;
  for (std::size_t record = 0; record < records_; ++record)
    if (findings_[record].kind == finding_kind::found && looked_at_[record] == seen_by::authority)
      return !all_found();
  return false;
}

void check::confirmed(finding shown) {
  if (shown.kind == finding_kind::no_answer && !all_found())
    stage_ = stage::over;  // as another is not visible
  if (stage_ == stage::over) return;
  if (shown.kind == finding_kind::no_answer) return unconfirmed(shown);
  const bool found = shown.kind == finding_kind::found;
  const bool hidden = !found && looked_at_[next_] == seen_by::authority;
  findings_[next_] =
      hidden ? finding{finding_kind::found, finding_reason::not_visible, std::move(shown.observed)}
             : std::move(shown);
  ++next_;
  const bool goes_on = found || (hidden && extent_ == extent::full);  // which of them are not visible
  if (!goes_on)
    stage_ = stage::over;
  else if (next_ == records_)
    stage_ = of_ == proof::dkim && all_found() ? stage::control : stage::over;
}

void check::controlled(finding shown, const weight& weight) {
  if (!all_found()) return controlled_some(shown, weight);
  if (shown.kind == finding_kind::no_answer) return unconfirmed(shown);
  stage_ = stage::over;
  decides_loss_.fill(weight.decides_loss);
  if (shown.reason == finding_reason::redirected) return fill(shown);
  const bool verifies = shown.kind == finding_kind::found || shown.reason == finding_reason::on_some_servers;
  const finding made_up{finding_kind::wrong_target, finding_reason::answers_everything, shown.observed};
  if (verifies) return fill(made_up);
  for (std::size_t record = 0; record < records_; ++record)
    if (is_value(shown.observed, record)) findings_[record] = made_up;
}

/// Takes back what only seemed to be found.
void check::controlled_some(const finding& shown, const weight& weight) {
  stage_ = stage::over;
  const bool all_are_made_up =
      shown.kind == finding_kind::found || shown.reason == finding_reason::on_some_servers;
  for (std::size_t record = 0; record < records_; ++record) {
    const bool seems_found = findings_[record].kind == finding_kind::found;
    if (!seems_found || (!all_are_made_up && !is_value(shown.observed, record))) continue;
    findings_[record] = {finding_kind::wrong_target, finding_reason::answers_everything, shown.observed};
    decides_loss_[record] = weight.decides_loss;
  }
}

bool check::is_value(std::string_view target, std::size_t record) const {
  const bool has_room = target.size() == token::characters + 1 + suffix_.size();
  if (tokens_ == nullptr || !has_room || target[token::characters] != '.') return false;
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  const auto same = [&](std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, {}, lower, lower);
  };
  return same(target.substr(0, token::characters), (*tokens_)[record].text()) &&
         same(target.substr(token::characters + 1), suffix_);
}

/// Some of those who are to confirm may only be late.
void check::unconfirmed(const finding& shown) {
  const bool is_late = shown.reason == finding_reason::not_visible;
  fill({finding_kind::found, is_late ? finding_reason::not_visible : finding_reason::unconfirmed,
        is_late ? shown.observed : std::string{}});
  stage_ = stage::over;
}

void check::fill(const finding& shown) {
  std::fill_n(findings_.begin(), records_, shown);
}

}  // namespace easydkim
