// An identity: a domain under an account, its three tokens, and what is known about their records.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/domain_name.hpp"
#include "core/finding.hpp"
#include "core/time_point.hpp"
#include "core/token.hpp"

namespace easydkim {

/// SES's five words for how far the DKIM verification of an identity has come.
enum class dkim_status : std::uint8_t {
  not_started,        // nobody called VerifyDomainDkim
  pending,            // issued; looked up until all records are there or the window ends
  success,            // all three records were seen and confirmed
  failed,             // the window, or the grace after a loss, ended without the records
  temporary_failure,  // verified before, records gone since; signing stays on during the grace
};
inline constexpr std::size_t dkim_statuses = 5;

/// "NotStarted", "Pending", "Success", "Failed", "TemporaryFailure".
std::string_view to_string(dkim_status status) noexcept;
std::optional<dkim_status> dkim_status_from_string(std::string_view word) noexcept;

/// Whether the DNS is asked for the records of an identity: not before the issue, and not after the failure.
constexpr bool is_looked_at(dkim_status status) noexcept {
  return status != dkim_status::not_started && status != dkim_status::failed;
}

/// Numbered by the store, never used twice: a domain that is deleted and verified again gets a new one.
using identity_id = std::uint64_t;

struct identity {
  identity_id id = 0;
  std::string account;
  domain_name domain;
  token_set tokens{};
  dkim_status status = dkim_status::pending;
  bool dkim_enabled = true;                 // the owner's wish, SetIdentityDkimEnabled
  std::uint8_t misses = 0;                  // checks in a row that saw a record gone, while `success`
  time_point created_at{};                  // when it was issued
  time_point window_started_at{};           // issue, or the restart after `failed`
  std::optional<time_point> verified_at{};  // when it last became `success`
  std::optional<time_point> lost_at{};      // when it last became `temporary_failure`
  std::optional<time_point> checked_at{};   // the last check that was worth writing
  std::array<finding, records_per_identity> findings{};  // what was last seen, in the order of the tokens

  bool operator==(const identity&) const = default;
};

/// Account names: 1 to 64 characters of A-Z a-z 0-9 . _ - (SES has no names of its own for them).
bool is_account_name(std::string_view text) noexcept;

/// A new identity, pending from `now`. `id` is given by the store.
struct issue {
  std::string account;
  domain_name domain;
  token_set tokens;
};
identity issued(issue order, time_point now);

/// The same identity in a new window from `now`, with the same tokens: VerifyDomainDkim on one that failed.
identity restarted(identity before, time_point now);

/// The same identity when the wall clock was set by `step`: its window, grace and age go on as if it had not
/// been.
identity shifted(identity before, duration step);

/// Whether mail may be signed: enabled, and verified now or within the grace after a loss. The grace ends
/// only with a check that still sees a record gone (then the status is `failed`), never by silence of the
/// DNS.
bool is_signing_enabled(const identity& subject) noexcept;

/// The record of token `index`: "TOKEN._domainkey.DOMAIN" and "TOKEN.SUFFIX".
std::string record_name(const identity& subject, std::size_t index);
std::string record_value(const identity& subject, std::size_t index, std::string_view target_suffix);

}  // namespace easydkim
