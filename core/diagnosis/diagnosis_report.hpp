// SPDX-License-Identifier: Apache-2.0
// The diagnoses of all records of an identity at one time, and which of them still hold.
#pragma once

#include <array>
#include <cstddef>

#include "core/diagnosis/diagnosis.hpp"
#include "core/identity.hpp"
#include "core/time_point.hpp"

namespace easydkim {

/// DKIM's records in the order of the tokens, then the TXT record.
inline constexpr std::size_t most_records = records_per_identity + 1;

/// Where a record stands in arrays of `most_records`.
constexpr std::size_t record_slot(proof which, std::size_t index) noexcept {
  return which == proof::dkim ? index : records_per_identity;
}

struct diagnosis_report {
  time_point at{};
  std::array<diagnosis, most_records> records{};
  diagnosis whole{};  // the most telling one

  bool operator==(const diagnosis_report&) const = default;
};

/// The diagnosis of a whole proof.
const diagnosis& diagnosis_of(const diagnosis_report& report, proof which) noexcept;

/// `report` without the diagnoses that later findings of `subject` have ended.
diagnosis_report without_expired(diagnosis_report report, const identity& subject);

}  // namespace easydkim
