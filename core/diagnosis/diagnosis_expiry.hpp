// SPDX-License-Identifier: Apache-2.0
// When a diagnosis expires: what a later check must find before it is no longer reported.
#pragma once

#include <cstdint>

#include "core/diagnosis/diagnosis.hpp"
#include "core/finding.hpp"

namespace easydkim {

/// Beside that, what was said of a name without its record is over when something else is there now, what
/// was said of a value when it is another one or gone, and what was on its way when it is gone everywhere.
enum class diagnosis_expiry : std::uint8_t {
  answered,   // the DNS says anything of the record, and whoever is to confirm it does: our resolvers live
  published,  // the zone's servers have the record
  in_place,   // the resolver shows it, too
  verified,   // all of them are confirmed: until then it is on its way
  never,      // by no finding: the record may be in place, and yet
};
diagnosis_expiry expiry_of(diagnosis_code code) noexcept;

/// Whether `newest`, a later finding of the record, ends `reported`.
bool has_expired(const diagnosis& reported, const finding& newest);

}  // namespace easydkim
