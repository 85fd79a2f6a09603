// SPDX-License-Identifier: Apache-2.0
// Domains of providers of free mailboxes: "gmail.com". Who has a mailbox there has no part in its DNS, and
// would wait in vain for records that only the provider can publish.
#pragma once

#include "core/domain_name.hpp"

namespace easydkim {

/// Whether `domain` is one of them, or lies below one. The list is short on purpose: those that people type
/// for their own domain, worldwide. Thread-safe.
bool is_of_mailbox_provider(const domain_name& domain) noexcept;

}  // namespace easydkim
