// SPDX-License-Identifier: Apache-2.0
// Domain names as people write them: Unicode to A-labels, by IDNA2008 with the mapping of UTS #46.
#pragma once

#include <cstddef>
#include <string_view>

#include "core/domain_name.hpp"

namespace easydkim {

/// No text longer than this can become a domain name: a name of 209 octets comes from at most 4 octets of
/// UTF-8 for each.
inline constexpr std::size_t longest_domain_text = 4 * domain_name::max_length + 4;

/// Reads `text`: "exämple.com", "例え。テスト", "xn--exmple-cua.com" or plain ASCII. Any octets may be given.
/// A label in its xn-- form is taken as the DNS has it, also where IDNA2008 refuses what it stands for (emoji,
/// which some registries sell); only Punycode it must be. Errors: `domain_bad_idn`, `domain_bad_a_label`, and
/// those of `domain_name::parse`. What comes out gives itself when it is read again.
result<domain_name> to_domain_name(std::string_view text);

}  // namespace easydkim
