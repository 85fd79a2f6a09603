// SPDX-License-Identifier: Apache-2.0
// Findings, identities and whole checks that the tests of core share.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/check.hpp"
#include "core/identity.hpp"

namespace easydkim::tests {

inline constexpr time_point sample_start =
    std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} + std::chrono::hours{8};

inline const record_naming sample_naming{.target_suffix = "dkim.amazonses.com", .txt_prefix = "_amazonses"};

inline finding found_record() {
  return {finding_kind::found, finding_reason::none, {}};
}
inline finding absent_record() {
  return {finding_kind::absent, finding_reason::no_such_name, {}};
}
inline finding wrong_record(std::string target = "elsewhere.example.net") {
  return {finding_kind::wrong_target, finding_reason::other_target, std::move(target)};
}
inline finding redirected_record() {
  return {finding_kind::wrong_target, finding_reason::redirected, "DNAME dkim.amazonses.com"};
}
inline finding silence(finding_reason reason = finding_reason::servfail) {
  return {finding_kind::no_answer, reason, {}};
}

/// Tokens that differ for every `seed`, and from each other.
inline token_set sample_tokens(std::uint8_t seed) {
  std::array<std::uint8_t, records_per_identity * token::octets> octets{};
  for (std::size_t i = 0; i < octets.size(); ++i)
    octets[i] = static_cast<std::uint8_t>(seed + i / token::octets * 85 + i);
  return make_tokens(octets);
}

/// Issued at `sample_start`, then given `status`, with the times that belong to it.
inline identity sample_identity(dkim_status status = dkim_status::pending) {
  identity subject = issued(
      {.account = "default", .domain = domain_name::parse("example.com").value(), .tokens = sample_tokens(1)},
      sample_start);
  subject.id = 7;
  subject.dkim.status = status;
  if (status == dkim_status::success || status == dkim_status::temporary_failure)
    subject.dkim.verified_at = sample_start;
  if (status == dkim_status::temporary_failure) subject.dkim.lost_at = sample_start;
  return subject;
}

/// The same identity in a new window of its DKIM proof.
inline identity restarted(identity before, time_point now) {
  const issue again{.account = before.account, .domain = before.domain};
  return issued(std::move(before), again, now);
}

/// A check of an identity in `status` that was given `answers`, one after the other.
inline check check_with(dkim_status status, check::extent how_much, std::vector<finding> answers) {
  check look{{.status = status, .how_much = how_much}};
  for (finding& each : answers) look.answered(std::move(each));
  return look;
}

/// A check that saw all three in place and, where the status needs it, confirmed them.
inline check check_in_place(dkim_status status) {
  check look{{.status = status}};
  while (const auto next = look.next()) look.answered(next->control ? absent_record() : found_record());
  return look;
}

/// A poll whose first record is `seen`.
inline check check_that_saw(dkim_status status, finding seen) {
  return check_with(status, check::extent::poll, {std::move(seen)});
}

}  // namespace easydkim::tests
