// SPDX-License-Identifier: Apache-2.0
// The JSON of the control socket that tells what was seen of the records of an identity, and by whom.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "core/diagnosis/evidence.hpp"
#include "daemon/operations/operation_results.hpp"

namespace easydkim {

/// GetEvidence's object: the answers that were kept, the newest last.
boost::json::object evidence_object(const described_identity& shown);

/// `Published`: which of the zone's servers have a record, which have not, which did not answer. Null when
/// none was asked.
boost::json::value published_value(const record_sighting& record);

/// `Visible`: null when the resolver was not asked.
boost::json::value visible_value(const record_sighting& record);

/// `Diagnosis`: null when there is none.
boost::json::value diagnosis_value(const diagnosis& of);

}  // namespace easydkim
