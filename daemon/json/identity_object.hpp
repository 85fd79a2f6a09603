// SPDX-License-Identifier: Apache-2.0
// The JSON of the control socket that tells about identities. Member names are those of SES.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "core/identity.hpp"
#include "core/policy.hpp"
#include "daemon/operations/change_feed.hpp"
#include "daemon/operations/operation_results.hpp"

namespace easydkim {

/// DescribeIdentity's object: status, tokens, times, and each record with what was seen. What belongs to the
/// TXT proof is there only when it was asked for.
boost::json::object identity_object(const described_identity& shown, const policy& rules,
                                    const record_naming& naming);

/// The three DKIM records to publish: `Name`, `Type`, `Value`. `memory`: where the array lies.
boost::json::array records_to_publish(const identity& subject, const record_naming& naming,
                                      const boost::json::storage_ptr& memory);

/// The three tokens as strings. `memory`: where the array lies.
boost::json::array tokens_array(const token_set& tokens, const boost::json::storage_ptr& memory = {});

/// `last_change` of the status file; with who asked for it, if anybody did, the params of
/// IdentityStatusChanged and DomainVerificationStatusChanged.
boost::json::object change_object(const identity_change& change);

/// The params of IdentitySigningChanged.
boost::json::object signing_object(const signing_change& change);

/// A time as RFC 3339, or null.
boost::json::value time_or_null(std::optional<time_point> when);

}  // namespace easydkim
