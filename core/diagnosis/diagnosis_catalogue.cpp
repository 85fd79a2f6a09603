// SPDX-License-Identifier: Apache-2.0
// Every sentence tells the owner what the DNS shows, and then the one thing to do. This is the one place for
// them, also for the warnings of an inspection (before publishing).
#include "core/diagnosis/diagnosis_catalogue.hpp"

#include <array>

namespace easydkim {
namespace {

constexpr auto fix = diagnosis_class::fix, wait = diagnosis_class::wait, ours = diagnosis_class::ours,
               info = diagnosis_class::info;
constexpr auto host = verification_error::host_not_found, type = verification_error::type_not_found,
               value = verification_error::invalid_value, server = verification_error::dns_server_error,
               service = verification_error::service_error;
using enum diagnosis_code;

constexpr std::array rows{
    // Nothing can be known, or there is no such domain.
    // words: what our side does not do, and what is known of the record all the same; remedy: the operator's
    diagnosis_row{
        our_resolver_down, "OUR_RESOLVER_DOWN", ours, service,
        "{words}; that is for the operator of this service to mend, and the owner of the domain need "
        "not act.",
        "{words}; the owner of the domain need not act[ ({remedy})]."},
    diagnosis_row{
        not_yours, "NOT_YOURS", fix, value,
        "{domain} is a name below which others register their domains; verify a domain of your own.",
        "'{domain}' is a suffix under which a company lets others have names, so whoever can create names "
        "with _domainkey there could verify what all of them share; give the name below it that is yours."},
    // words: the domain that does not exist; also: the zone that denied it
    diagnosis_row{
        no_such_domain, "NO_SUCH_DOMAIN", fix, host,
        "{words} does not exist[: it is not in the zone {also}] (expired, or misspelt?); register "
        "or renew it, or delete this identity and verify the right name.",
        "{words} does not exist[: it is not in the zone {also}]; register or renew it, or verify the right "
        "name."},

    // The zone's servers. words: which of them do what, and what comes of it; remedy: where they are named
    diagnosis_row{auth_unreachable, "AUTH_UNREACHABLE", fix, server, "{words}; {remedy}."},
    // also: the Extended DNS Error
    diagnosis_row{dnssec_bogus, "DNSSEC_BOGUS", fix, server,
                  "Validating resolvers refuse {zone}, because its DNSSEC signatures do not hold[ ({also})]; "
                  "sign the zone anew, or remove its DS records at the registrar."},

    // The exact name. also: the types of the other records, such as "TXT"
    diagnosis_row{multiple_cname, "MULTIPLE_CNAME", fix, value,
                  "{name} has more than one CNAME, which the DNS does not allow[; one of them points to "
                  "{observed}]; keep only the one to {value}."},
    diagnosis_row{
        cname_and_other_data, "CNAME_AND_OTHER_DATA", fix, value,
        "{name} has other records[ ({also})] beside its CNAME, which the DNS does not allow; delete "
        "the others, and keep only the CNAME to {value}."},
    diagnosis_row{cname_loop, "CNAME_LOOP", fix, value,
                  "{name} points in a circle[ (through {observed})] and so to nothing; change its value to "
                  "{value}."},
    // observed: the target of the DNAME; also: its owner
    diagnosis_row{
        dname, "DNAME", fix, value,
        "[{also} is redirected to {observed} (a DNAME), so ]{name} is made up by a redirection above "
        "it; remove the DNAME, and publish {name} as {record}."},
    // also: what the value leads to, such as "SERVFAIL"
    diagnosis_row{txt_unresolvable, "TXT_UNRESOLVABLE", fix, server,
                  "{name} points to the right value, but a TXT question for it gets no answer[ from {server}]"
                  "[ ({also})], so receivers of mail will find no key; have that name server mended."},
    diagnosis_row{
        target_key_missing, "TARGET_KEY_MISSING", ours, service,
        "{name} is right, but there is no key at {value}; the operator of this service must publish "
        "it, and the owner of the domain need not act."},

    // It is on its way, or only some have it.
    diagnosis_row{negative_cache, "NEGATIVE_CACHE", wait, host,
                  "The record {name} is right on the name servers of {zone}[, {words}]. Resolvers that asked "
                  "before may still say[ until {until}] that it does not exist; wait, there is nothing left to do."},
    diagnosis_row{
        stale_positive_cache, "STALE_POSITIVE_CACHE", wait, value,
        "The record {name} is right on the name servers of {zone}. Resolvers may still hold its old "
        "value[ {observed}][ until {until}]; wait, there is nothing left to do."},
    diagnosis_row{auth_inconsistent, "AUTH_INCONSISTENT", wait, host, "{words}; {remedy}."},
    diagnosis_row{private_zone, "PRIVATE_ZONE", fix, host,
                  "The record {name} is seen only inside a private network, not in the public DNS; publish "
                  "it in the public zone {zone} as {record}."},

    // Something else answers for the name. also: the wildcard; words: what that means for the record, and
    // what to do before it is published. Of a warning, words: the wildcard
    diagnosis_row{
        wildcard, "WILDCARD", fix, value,
        "A wildcard[ {also}] in {zone} answers for every name[ (with {observed})], {words} as "
        "{record}.",
        "A wildcard ({words}) answers for names that do not exist; that does no harm once all three records "
        "are published, but until then they seem to be there with other content."},
    diagnosis_row{
        txt_instead_of_cname, "TXT_INSTEAD_OF_CNAME", fix, type,
        "{name} is a TXT record with the value as its text[ ({observed})]; change its type to CNAME, "
        "with the value {value}."},
    diagnosis_row{key_copied, "KEY_COPIED", fix, type,
                  "{name} is a TXT record that holds a copy of the key, which stops working when the key is "
                  "changed; delete it, and publish {name} as {record}."},
    // also: the provider. Of a warning, words: the same
    diagnosis_row{
        proxied, "PROXIED", fix, type,
        "{name} answers with addresses[ ({observed})] instead of its CNAME, because it is proxied"
        "[ ({also})]; set the record to 'DNS only' (at Cloudflare: the grey cloud).",
        "The DNS of {zone} is at {words}, which can proxy or flatten a CNAME; set the three records to "
        "'DNS only' (the grey cloud)."},
    // words: what is there instead, and why; remedy: what to change
    diagnosis_row{flattened, "FLATTENED", fix, type, "{name} {words}; {remedy}."},
    // words: the records that are there, such as "an MX record"
    diagnosis_row{
        other_type, "OTHER_TYPE", fix, type,
        "{name} is {words}, which is the wrong type; delete it, as nothing may stand beside a CNAME, "
        "and publish {name} as {record}."},

    // The record is somewhere else: `observed` is where. remedy: of a value that is wrong as well
    diagnosis_row{double_domain, "DOUBLE_DOMAIN", fix, host,
                  "The DNS panel appended the domain: the record is at {observed}; enter only {host} as its "
                  "host, or end the name with a dot ({name}.).[ {remedy}.]"},
    diagnosis_row{missing_subdomain, "MISSING_SUBDOMAIN", fix, host,
                  "The record is at {observed}, but {domain} is to be verified; enter {host} as its host."
                  "[ {remedy}.]"},
    // also: the domain without "www."
    diagnosis_row{
        www_prefix, "WWW_PREFIX", fix, host,
        "The record is at {observed}, which is not below {domain}; verify {also}, which gets records "
        "of its own, or enter {host} as the host of this one.[ {remedy}.]"},
    // words: what is missing there
    diagnosis_row{underscore_refused, "UNDERSCORE_REFUSED", fix, host,
                  "The record is at {observed}, where {words} is missing; enter exactly {host} as its host.[ "
                  "{remedy}.]"},
    // words: which record there is, and what it points to
    diagnosis_row{swapped_fields, "SWAPPED_FIELDS", fix, host,
                  "{words}; enter {host} as the host, and {value} as the value."},

    // The value is wrong: `observed` is what it is.
    // words: what else is wrong with it
    diagnosis_row{value_appended, "VALUE_APPENDED", fix, value,
                  "{name} points to {observed}, because the DNS panel appended the domain to the value"
                  "[, and {words}]; end the value with a dot ({value}.)."},
    // words: "points to" or "says"; also: what is wrong with it, such as "it begins with a blank"
    diagnosis_row{value_garbage, "VALUE_GARBAGE", fix, value,
                  "{name} {words} {observed}, which is not quite the value[: {also}]; enter exactly {value}, "
                  "without blanks, quotes or 'http://'."},
    // also: the record that this is the value of; words: what else is wrong with it
    diagnosis_row{tokens_crossed, "TOKENS_CROSSED", fix, value,
                  "{name} points to {observed}, which is the value of another of the three records[ ({also})]"
                  "[, and {words}]; change its value to {value}."},
    // words: which record has an older token; also: more about the token, such as "deleted on 2026-03-01"
    diagnosis_row{stale_token, "STALE_TOKEN", fix, value, "{words}[ ({also})]; {remedy}."},
    diagnosis_row{
        wrong_suffix, "WRONG_SUFFIX", fix, value,
        "{name} points to {observed}: the token is right, but not what follows it; change the value "
        "to {value}."},

    // Nothing is there. observed: the name servers now; also: those that it had, or that others think it has
    diagnosis_row{
        not_delegated_here, "NOT_DELEGATED_HERE", fix, host,
        "{domain} is served by {observed}[, not by {also}], and records that are added elsewhere have "
        "no effect; publish {name} there as {record}, or change the name servers at the registrar.",
        "{zone} is served by {observed}, not by {also}; publish the records at the former, or change the "
        "name servers at the registrar."},
    diagnosis_row{
        ns_changed, "NS_CHANGED", fix, host,
        "The DNS of {domain} moved[ from {also}] to {observed} since it was verified, and the record "
        "{name} was not copied; publish it there as {record}."},
    // also: how many are right, "2 of 3"; words: those that are missing, and how to publish them
    diagnosis_row{partial, "PARTIAL", fix, host, "{also} records are in place, but not {words}."},
    // also: what is not there, such as "does not exist yet"; remedy: which zone it belongs to, where two come
    // in
    // question
    diagnosis_row{not_published, "NOT_PUBLISHED", fix, host,
                  "[{server} answers that ]{name} {also}; publish it as {record}[ (in most DNS "
                  "panels its host is {host})][; {remedy}]."},

    // The record may be right, and yet. also: what is broken, such as "no SOA in a negative answer"
    diagnosis_row{
        nodata_without_soa, "NODATA_WITHOUT_SOA", fix, server,
        "A name server of {zone}[ ({server})] breaks the rules of the DNS[ ({also})], so resolvers "
        "may not trust its answers; have it mended, and publish {name} as {record} if that is not done."},
    // Worth knowing.
    // observed: the alias. Receivers of mail follow it; the check wants the value itself.
    diagnosis_row{
        cname_chain, "CNAME_CHAIN", info, value,
        "{name} reaches its value only through {observed}, which is not enough to verify it; change "
        "its value to {value}."},
    // also: the name that is denied
    diagnosis_row{ent_nxdomain, "ENT_NXDOMAIN", info, host,
                  "A name server of {zone}[ ({server})] denies {also}, although {name} exists below it, so "
                  "careful resolvers may not find the record; have the server mended."},
};

}  // namespace

std::span<const diagnosis_row> diagnosis_rows() noexcept {
  return rows;
}

}  // namespace easydkim
