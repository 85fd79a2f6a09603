// SPDX-License-Identifier: Apache-2.0
#include "core/identity.hpp"

#include <algorithm>

#include "core/identity_summary.hpp"

namespace easydkim {

namespace {

/// In one allocation: each issue and each answer has six of them.
std::string joined(const token& label, std::string_view between, std::string_view rest) {
  const auto letters = label.letters();
  std::string text;
  text.reserve(letters.size() + between.size() + rest.size());
  text.append(letters.data(), letters.size()).append(between).append(rest);
  return text;
}

}  // namespace

const verification& state_of(const identity& subject, proof which) noexcept {
  return which == proof::dkim ? subject.dkim : subject.txt;
}
verification& state_of(identity& subject, proof which) noexcept {
  return which == proof::dkim ? subject.dkim : subject.txt;
}

std::span<const finding> findings_of(const identity& subject, proof which) noexcept {
  if (which == proof::dkim) return subject.findings;
  return {&subject.txt_finding, 1};
}
std::span<finding> findings_of(identity& subject, proof which) noexcept {
  if (which == proof::dkim) return subject.findings;
  return {&subject.txt_finding, 1};
}

std::span<const std::optional<time_point>> majority_since_of(const identity& subject, proof which) noexcept {
  if (which == proof::dkim) return subject.majority_since;
  return {&subject.txt_majority_since, 1};
}
std::span<std::optional<time_point>> majority_since_of(identity& subject, proof which) noexcept {
  if (which == proof::dkim) return subject.majority_since;
  return {&subject.txt_majority_since, 1};
}

bool is_account_name(std::string_view text) noexcept {
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  });
}

identity issued(issue order, time_point now) {
  identity fresh{.account = std::move(order.account),
                 .domain = std::move(order.domain),
                 .created_at = now,
                 .target_suffix = order.target_suffix};
  return issued(std::move(fresh), order, now);
}

identity issued(identity before, const issue& order, time_point now) {
  verification& state = state_of(before, order.wanted);
  if (state.status == dkim_status::not_started) {
    if (order.wanted == proof::dkim) {
      before.tokens = order.tokens;
      before.target_suffix = order.target_suffix;
    } else {
      before.txt_token = order.txt_token;
    }
  }
  state = begin_window(state, now);
  std::ranges::fill(majority_since_of(before, order.wanted), std::nullopt);
  return before;
}

identity shifted(identity before, const clock_step& step) {
  before.dkim = shifted(before.dkim, step);
  before.txt = shifted(before.txt, step);
  for (const proof which : all_proofs)
    for (std::optional<time_point>& each : majority_since_of(before, which)) shift(each, step);
  return before;
}

bool is_signing_enabled(const identity& subject) noexcept {
  return is_signing_enabled(summary_of(subject));
}

bool is_verified_for_sending(const identity& subject) noexcept {
  return is_verified(subject.dkim.status) || is_verified(subject.txt.status);
}

std::string_view suffix_of(const identity& subject, std::string_view configured) noexcept {
  return subject.target_suffix.empty() ? configured : std::string_view{subject.target_suffix};
}

std::vector<published_record> records_of(const identity& subject, proof which, const record_naming& naming) {
  if (which == proof::txt)
    return {{.of = which,
             .name = txt_record_name(subject, naming.txt_prefix),
             .value = txt_record_value(subject)}};
  std::vector<published_record> records;
  records.reserve(records_per_identity);
  for (std::size_t i = 0; i < records_per_identity; ++i)
    records.push_back({.of = which,
                       .name = record_name(subject, i),
                       .value = record_value(subject, i, suffix_of(subject, naming.target_suffix))});
  return records;
}

std::string record_name(const identity& subject, std::size_t index) {
  return joined(subject.tokens[index], "._domainkey.", subject.domain.text());
}

std::string record_value(const identity& subject, std::size_t index, std::string_view target_suffix) {
  return joined(subject.tokens[index], ".", target_suffix);
}

std::string txt_record_name(const identity& subject, std::string_view prefix) {
  return std::string{prefix} + "." + subject.domain.text();
}

std::string txt_record_value(const identity& subject) {
  return subject.txt_token.text();
}

}  // namespace easydkim
