// SPDX-License-Identifier: Apache-2.0
// The kind of an error: what its caller can do about it.
#pragma once

#include <cstdint>

#include "core/error.hpp"

namespace easydkim {

enum class error_kind : std::uint8_t {
  invalid_value,  // send another value
  not_found,      // add what is missing
  throttling,     // wait
  unavailable,    // try again when the daemon can
  internal,       // no error of the table: report it
};

error_kind kind_of(errc error) noexcept;

}  // namespace easydkim
