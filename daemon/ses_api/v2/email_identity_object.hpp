// SPDX-License-Identifier: Apache-2.0
// An identity as SES v2 shows it: GetEmailIdentity's members and those of its lists.
#pragma once

#include <boost/json/object.hpp>
#include <string_view>

#include "daemon/operations/operation_results.hpp"

namespace easydkim {

/// "PENDING", "SUCCESS", "FAILED", "TEMPORARY_FAILURE", "NOT_STARTED".
std::string_view v2_word(dkim_status status) noexcept;

/// `DkimAttributes`. `target_suffix`: the zone that the values of the records lie in.
boost::json::object dkim_attributes_object(const identity& subject, std::string_view target_suffix);

/// `VerificationInfo`: when it was last looked at, when it was verified, the SOA of its zone, and why it is
/// not verified; by its DKIM records, or by its TXT record when it has no others.
boost::json::object verification_info_object(const described_identity& shown);

}  // namespace easydkim
