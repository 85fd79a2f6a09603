// SPDX-License-Identifier: Apache-2.0
#include "core/error.hpp"

#include <array>
#include <boost/system/system_error.hpp>
#include <string>

#include "core/error_kind.hpp"

namespace easydkim {
namespace {

using enum error_kind;

struct row {
  errc error;
  error_kind kind;
  std::string_view sentence;
};

constexpr std::array table{
    row{errc::domain_empty, invalid_value, "is no domain name: a domain name is needed, such as example.com"},
    row{errc::domain_empty_label, invalid_value,
        "has an empty label; write it with single dots between the labels, such as mail.example.com"},
    row{errc::domain_label_too_long, invalid_value,
        "has a label of more than 63 octets, which the DNS cannot hold; check the spelling"},
    row{errc::domain_too_long, invalid_value,
        "is too long: TOKEN._domainkey.DOMAIN must fit in 253 octets, so a domain has at most 209"},
    row{errc::domain_bad_character, invalid_value,
        "has a character that no host name has; use letters, digits, hyphens and dots"},
    row{errc::domain_bad_hyphen, invalid_value,
        "has a label that starts or ends with a hyphen; check the spelling"},
    row{errc::domain_bad_idn, invalid_value,
        "is not a valid internationalised domain name; check the spelling, or give its xn-- form"},
    row{errc::domain_bad_a_label, invalid_value,
        "has a label that begins with xn-- and goes on with what is no Punycode (RFC 3492); check the spelling"},
    row{errc::domain_ip_address, invalid_value,
        "is an IP address; give the domain name that mail is sent for, such as example.com"},
    row{errc::domain_single_label, invalid_value,
        "is a single label; give a full domain name, such as example.com"},
    row{errc::domain_special_use, invalid_value,
        "is in a zone that the public DNS never serves (RFC 6761); give a domain that its owner can publish "
        "records in"},
    row{errc::domain_public_suffix, invalid_value,
        "is a public suffix, under which many owners register; give the domain that was registered below it"},
    row{errc::domain_private_suffix, invalid_value,
        "is a suffix under which a company lets others have names; give the name below it that is yours, or, if "
        "the suffix itself is, set limits.private_suffixes = true"},
    row{errc::domain_of_mailboxes, invalid_value,
        "is a mailbox provider's domain, in which its customers cannot publish records; give a domain of the "
        "sender, or, if it is your own, name it in limits.own_mailbox_domains"},
    row{errc::domain_in_target, invalid_value,
        "lies in the target suffix, which is ours to publish; give the domain of the sender"},
    row{errc::email_not_an_identity, invalid_value,
        "is an e-mail address, which is no identity of its own here; give its domain"},
    row{errc::token_malformed, invalid_value,
        "has a DKIM token that is not 32 characters of a-z and 2-7; give three such tokens, or none to have "
        "them issued"},
    row{errc::tokens_not_distinct, invalid_value,
        "has the same DKIM token twice; give three different tokens, or none to have them issued"},
    row{errc::tokens_in_use, invalid_value,
        "has these DKIM tokens under another account; give other tokens, or none to have them issued"},
    row{errc::tokens_were_used, invalid_value,
        "has a DKIM token that was another account's, whose records may still be there; give other tokens, or "
        "none to have them issued"},
    row{errc::tokens_differ, invalid_value,
        "is already stored with other DKIM tokens; delete the identity first, or leave the tokens out"},
    row{errc::account_malformed, invalid_value,
        "is no account name; use 1 to 64 letters, digits, dots, underscores and hyphens"},
    row{errc::identity_not_found, not_found,
        "is not an identity of this account; call VerifyDomainDkim to add it"},
    row{errc::not_verified_for_dkim, invalid_value,
        "is not verified for DKIM signing; call VerifyDomainDkim first"},
    row{errc::identity_limit, invalid_value,
        "would exceed limits.identities_per_account; delete identities or raise the limit"},
    row{errc::rate_exceeded, throttling, "Rate exceeded"},
    row{errc::too_many_checks, throttling,
        "too many checks are asked for, so that this one has not begun; try again in a few seconds, or raise "
        "limits.checks_per_second or polling.max_lookups_per_second"},
    row{errc::next_token_malformed, invalid_value,
        "is no NextToken of ListIdentities; give the one from the previous answer, or none to start at the "
        "beginning"},
    row{errc::store_full, unavailable,
        "the store is full, so nothing was changed; raise store.size in easydkimd.toml and reload, or "
        "delete identities"},
    row{errc::store_failed, unavailable,
        "the store could not write to its disk, so nothing is acknowledged; free space or mend the disk and "
        "try again"},
    row{errc::too_busy, unavailable, "too many requests are waiting; try again in a moment"},
    row{errc::stopping, unavailable, "the daemon is stopping; try again when it is back"},
};

const row& find(errc error) noexcept {
  static constexpr row unknown{errc{}, internal, "an unknown error"};
  for (const row& each : table)
    if (each.error == error) return each;
  return unknown;
}

struct easydkim_category final : boost::system::error_category {
  const char* name() const noexcept override { return "easydkim"; }
  std::string message(int value) const override { return std::string{sentence(static_cast<errc>(value))}; }
};

}  // namespace

error_kind kind_of(errc error) noexcept {
  return find(error).kind;
}
std::string_view code_word(errc error) noexcept {
  constexpr std::array<std::string_view, 5> words{"InvalidParameterValue", "NotFound", "Throttling",
                                                  "ServiceUnavailable", "InternalFailure"};
  return words[static_cast<std::size_t>(kind_of(error))];  // in the order of the kinds
}
std::string_view sentence(errc error) noexcept {
  return find(error).sentence;
}

const boost::system::error_category& category() noexcept {
  static const easydkim_category instance;
  return instance;
}

void throw_exception_from_error(errc error, const boost::source_location&) {
  throw boost::system::system_error{make_error_code(error)};
}

}  // namespace easydkim
