// SPDX-License-Identifier: Apache-2.0
// The probes of the catalogue: one row a cause, in the order of decision.
#pragma once

#include <cstdint>
#include <span>

#include "core/diagnosis/diagnosis.hpp"
#include "resolver/diagnosis/session/examination.hpp"

namespace easydkim {

struct probe_row {
  enum class scope : std::uint8_t {
    any,    // of every record
    cname,  // of DKIM's records only: what it looks for is a CNAME's
  };
  diagnosis_code code;
  scope of;
  probing (*look)(examination& at, std::size_t record);
};

/// The first that hits explains the record.
std::span<const probe_row> probes() noexcept;

}  // namespace easydkim
