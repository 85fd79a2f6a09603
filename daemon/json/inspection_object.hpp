// SPDX-License-Identifier: Apache-2.0
// The JSON of the control socket that tells about a domain before its records are published.
#pragma once

#include <boost/json/object.hpp>

#include "core/diagnosis/domain_inspection.hpp"

namespace easydkim {

/// InspectDomain's object: `Domain`, `Zone` (null: not known), `Servers`, and `Warnings` of `Code` and
/// `Message`.
boost::json::object inspection_object(const domain_inspection& seen);

}  // namespace easydkim
