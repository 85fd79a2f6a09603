// SPDX-License-Identifier: Apache-2.0
// JSON as a person reads it in a terminal: indented, and numbers without exponents (2.4, not 2.4E0).
#pragma once

#include <boost/json/value.hpp>
#include <string>

namespace easydkim {

/// `value` over several lines, two spaces a level, with a line feed at its end. The same JSON as
/// boost::json::serialize writes; numbers with a point keep at least one digit behind it.
std::string readable_json(const boost::json::value& value);

}  // namespace easydkim
