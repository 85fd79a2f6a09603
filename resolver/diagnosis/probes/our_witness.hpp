// SPDX-License-Identifier: Apache-2.0
// Whether the resolver tells of a published record what it should: one that filters is ours to mend, and one
// that gets no answer from this zone alone is the owner's.
#pragma once

#include "resolver/diagnosis/session/examination.hpp"

namespace easydkim {

/// The zone's servers have the record, and our resolver denies it as caches do not: NXDOMAIN without the SOA
/// of a zone that could deny it, an Extended DNS Error that says so (15 to 18), or for longer than its denial
/// lives.
probing resolver_filters(examination& at, std::size_t record);

/// The record is in place and not confirmed, because our resolver says SERVFAIL for it, though it answers for
/// others.
probing fails_for_resolvers(examination& at, std::size_t record);

}  // namespace easydkim
