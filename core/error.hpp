// SPDX-License-Identifier: Apache-2.0
// Errors that a caller can repair, each with a sentence that holds the remedy.
//
// A `result<T>` carries one `errc`. Whoever shows it puts the object in front: `'co.uk': a public suffix
// ...`. A machine that is broken (damaged store, no memory) is an exception instead.
#pragma once

#include <boost/system/error_category.hpp>
#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>
#include <string_view>
#include <type_traits>

namespace easydkim {

enum class errc {
  domain_empty = 1,       // "" or "."
  domain_empty_label,     // "a..b", ".a"
  domain_label_too_long,  // a label over 63 octets (RFC 1035 section 2.3.4)
  domain_too_long,        // TOKEN._domainkey.DOMAIN would be over 253 octets
  domain_bad_character,   // what no host name has (RFC 1123 section 2.1)
  domain_bad_hyphen,      // a label that starts or ends with "-"
  domain_bad_idn,         // not a valid internationalised name (RFC 5891)
  domain_bad_a_label,     // "xn--" with no Punycode behind it (RFC 3492)
  domain_ip_address,      // "192.0.2.1", "2001:db8::1"
  domain_single_label,    // "localhost"
  domain_special_use,     // below localhost, local, arpa, onion, invalid (RFC 6761)
  domain_public_suffix,   // "co.uk"
  domain_private_suffix,  // "github.io"
  domain_of_mailboxes,    // "gmail.com"
  domain_in_target,       // the target suffix itself, or below it
  email_not_an_identity,  // an address where a domain is asked for
  token_malformed,        // not 32 characters of a-z2-7
  tokens_not_distinct,    // the same token twice in one identity
  tokens_in_use,          // another account's tokens of the same domain
  tokens_were_used,       // another account's tokens of a domain that it deleted
  tokens_differ,          // an import that brings other tokens than the stored ones
  account_malformed,      // not 1 to 64 characters of A-Z a-z 0-9 . _ -
  identity_not_found,     // nobody verified it in this account
  not_verified_for_dkim,  // SES's sentence for SetIdentityDkimEnabled on an unknown identity
  identity_limit,         // limits.identities_per_account
  rate_exceeded,          // limits.verify_domain_dkim_per_second
  next_token_malformed,   // not a NextToken that ListIdentities gave
  store_full,             // no room for new identities below store.size
  store_failed,           // the disk refused the commit (full, I/O error)
  too_busy,               // a queue has reached its limit
  stopping,               // the daemon is ending
  too_many_checks,        // limits.checks_per_second, or a fair share of polling.max_lookups_per_second
};

/// SES's code word for an error: "InvalidParameterValue", "Throttling", ... (common errors of the SES API).
std::string_view code_word(errc error) noexcept;

/// The sentence, without the object it is about; lower case, no full stop.
std::string_view sentence(errc error) noexcept;

const boost::system::error_category& category() noexcept;
inline boost::system::error_code make_error_code(errc error) noexcept {
  return {static_cast<int>(error), category()};
}

/// A value, or the one thing that the caller can repair.
template <class T>
using result = boost::system::result<T, errc>;

/// Called by `result::value()` where no value is there: a broken precondition of ours, so it throws.
[[noreturn]] void throw_exception_from_error(errc error, const boost::source_location& where);

}  // namespace easydkim

template <>
struct boost::system::is_error_code_enum<easydkim::errc> : std::true_type {};
