// SPDX-License-Identifier: Apache-2.0
// The state of a proof of a domain. Both proofs have the same life cycle (verdict.hpp) and the same schedule
// (schedule.hpp); what they ask of the owner differs.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/time_point.hpp"

namespace easydkim {

/// The two ways to prove that a domain is one's own.
enum class proof : std::uint8_t {
  dkim,  // VerifyDomainDkim: three CNAME records
  txt,   // VerifyDomainIdentity: one TXT record
};
inline constexpr std::array all_proofs{proof::dkim, proof::txt};

/// "CNAME", "TXT": the type of the records that the owner publishes.
std::string_view record_type(proof which) noexcept;

/// SES's five words for how far a verification has come.
enum class dkim_status : std::uint8_t {
  not_started,        // nobody called VerifyDomainDkim (VerifyDomainIdentity)
  pending,            // issued; looked up until all records are there or the window ends
  success,            // all records were seen and confirmed
  failed,             // the window, or the grace after a loss, ended without the records
  temporary_failure,  // verified before, records gone since; signing stays on during the grace
};
inline constexpr std::size_t dkim_statuses = 5;

/// "NotStarted", "Pending", "Success", "Failed", "TemporaryFailure".
std::string_view to_string(dkim_status status) noexcept;
std::optional<dkim_status> dkim_status_from_string(std::string_view word) noexcept;

/// Whether the DNS is asked for the records: not before the issue, and not after the failure.
constexpr bool is_looked_at(dkim_status status) noexcept {
  return status != dkim_status::not_started && status != dkim_status::failed;
}

/// Whether the records were seen and confirmed, now or before a loss whose grace is not over. The grace ends
/// only with a check that still sees a record gone (then the status is `failed`), never by silence of the
/// DNS.
constexpr bool is_verified(dkim_status status) noexcept {
  return status == dkim_status::success || status == dkim_status::temporary_failure;
}

/// Who verified a proof.
enum class verifier : std::uint8_t {
  zone,               // the zone's own servers
  resolver,           // resolvers: only they may be asked, as the operator chose
  resolver_in_fault,  // resolvers: only they could be asked, for a fault of ours
};

/// "zone", "resolver", "resolver_in_fault".
std::string_view to_string(verifier by) noexcept;

struct verification {
  dkim_status status = dkim_status::not_started;
  std::uint8_t misses = 0;                  // checks in a row that saw a record gone, while `success`
  verifier verified_by = verifier::zone;    // when it last became `success`
  time_point window_started_at{};           // issue, or the restart after `failed`
  std::optional<time_point> verified_at{};  // when it last became `success`
  std::optional<time_point> lost_at{};      // when it last became `temporary_failure`
  std::optional<time_point> checked_at{};   // the last check that was worth writing
  std::optional<time_point> first_miss_at{};  // the first of the `misses`

  bool operator==(const verification&) const = default;
};

/// The same in a window that begins now: the first, or the next after it failed.
verification begin_window(verification before, time_point now) noexcept;

/// A time of before the wall clock was set, by the new clock.
time_point shifted(time_point when, const clock_step& step) noexcept;
void shift(std::optional<time_point>& when, const clock_step& step) noexcept;

/// Shifts all times by a step of the wall clock, so that window and grace keep their remaining time. A time
/// that lay in the future by the old clock was written under another one (a machine that started without a
/// clock): it stays as it is, but never lies in the future of the new one, so that no window and no grace is
/// longer than its own.
verification shifted(verification before, const clock_step& step) noexcept;

}  // namespace easydkim
