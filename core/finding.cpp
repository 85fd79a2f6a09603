// SPDX-License-Identifier: Apache-2.0
#include "core/finding.hpp"

#include <array>

#include "core/printable.hpp"

namespace easydkim {
namespace {

struct reason_row {
  finding_reason reason;
  std::string_view word;
  std::string_view sentence;        // {name}, {value} and {observed} are filled in
  std::string_view txt_sentence{};  // of a TXT record, where it differs; otherwise empty
};

constexpr std::array reasons{
    reason_row{finding_reason::none, "none", "The record {name} is in place."},
    reason_row{finding_reason::unconfirmed, "unconfirmed",
               "The record {name} is in place, but too few of those who are asked to confirm it show it yet; "
               "they are asked again, and the owner of the domain need not act."},
    reason_row{finding_reason::no_such_name, "nxdomain",
               "{name} does not exist in the DNS yet; publish it as a CNAME to {value}.",
               "{name} does not exist in the DNS yet; publish it as a TXT record that says {value}."},
    reason_row{finding_reason::no_such_type, "nodata",
               "{name} exists in the DNS but has no CNAME; publish it as a CNAME to {value} and remove other "
               "records of that name.",
               "{name} exists in the DNS but has no TXT record; publish one that says {value}."},
    reason_row{finding_reason::other_target, "other_target",
               "{name} is a CNAME to {observed}; change its value to {value} (end it with a dot if your DNS "
               "panel appends the domain)."},
    reason_row{
        finding_reason::several_cnames, "several_cnames",
        "{name} has more than one CNAME, of which one points to {observed}; keep only the one to {value}."},
    reason_row{finding_reason::redirected, "dname",
               "{name} is made up by a redirection above it ({observed}), which proves nothing; remove the "
               "DNAME and publish the CNAME to {value} itself.",
               "{name} is made up by a redirection above it ({observed}), which proves nothing; remove the "
               "DNAME and publish the TXT record that says {value} itself."},
    reason_row{finding_reason::answers_everything, "answers_everything",
               "The zone also answers for a name that nobody was given ({observed}), so it proves nothing; "
               "remove the wildcard and publish {name} itself as a CNAME to {value}."},
    reason_row{finding_reason::timeout, "timeout",
               "The DNS did not answer for {name} in time, so nothing is known yet; it is asked again, and "
               "if this lasts, check the name servers of the domain."},
    reason_row{finding_reason::unreachable, "unreachable",
               "Our DNS resolver could not be reached for {name}, so nothing is known yet; it is asked "
               "again, and the owner of the domain need not act."},
    reason_row{finding_reason::servfail, "servfail",
               "The DNS could not resolve {name} (SERVFAIL), so nothing is known yet; it is asked again, and "
               "if this lasts, check the name servers and the DNSSEC of the domain."},
    reason_row{finding_reason::refused, "refused",
               "The DNS refused to answer for {name} (REFUSED), so nothing is known yet; it is asked again, "
               "and if this lasts, check the name servers of the domain."},
    reason_row{finding_reason::other_rcode, "rcode",
               "The DNS answered {observed} for {name}, so nothing is known yet; it is asked again, and if "
               "this lasts, check the name servers of the domain."},
    reason_row{finding_reason::truncated, "truncated",
               "The DNS answer for {name} was cut off, so nothing is known yet; it is asked again, and if "
               "this lasts, check the name servers of the domain."},
    reason_row{finding_reason::unreadable, "unreadable",
               "The DNS answer for {name} breaks the rules of the DNS, so nothing is known yet; it is asked "
               "again, and if this lasts, check the name servers of the domain."},
    reason_row{finding_reason::case_changed, "case_changed",
               "The DNS answer for {name} came back with other letters than asked and may be forged, so it "
               "does not count; it is asked again."},
    reason_row{
        finding_reason::referral, "referral",
        "The DNS pointed elsewhere instead of answering for {name}, as it does where an NS record stands "
        "at that name, so nothing is known yet; it is asked again, and if this lasts, delete such a "
        "record, or check the name servers of the domain."},
    reason_row{
        finding_reason::other_text, "other_text", "",
        "{name} has a TXT record that says {observed}, but none that says {value}; add that one (others "
        "may stay beside it)."},
    reason_row{finding_reason::alias, "alias", "",
               "{name} is a CNAME to {observed}; remove it and publish a TXT record of that name that says "
               "{value} itself."},
    reason_row{finding_reason::on_some_servers, "on_some_servers",
               "Some name servers of the domain have the record {name}, others say that it does not exist "
               "({observed}); if this lasts, check that all of them hold the same zone."},
    reason_row{finding_reason::not_visible, "not_visible",
               "The record {name} is published, but caches of the DNS do not show it yet; it is asked again, "
               "and the owner of the domain need not act."},
    reason_row{finding_reason::servers_unreachable, "servers_unreachable",
               "Too few name servers of the domain answer for {name}, so nothing is certain yet; it is asked "
               "again, and if this lasts, check the name servers of the domain."},
    reason_row{finding_reason::servers_disagree, "servers_disagree",
               "The name servers above {name} do not agree on which servers hold it, so nothing is certain yet; it "
               "is asked again, and if this lasts, check the delegation at the registrar and the NS records of "
               "the zone."},
    reason_row{finding_reason::addresses_uncertain, "addresses_uncertain",
               "The record {name} is in place, but the zone of the name server {observed} does not confirm the "
               "server's address, so nothing is certain yet; it is asked again, and if this lasts, check that all "
               "name servers of that zone answer alike."},
    reason_row{finding_reason::parent_unreachable, "parent_unreachable",
               "Too few servers of the zone above the domain answer us, so nothing is certain of {name} yet; it is "
               "asked again, and the owner of the domain need not act."},
    reason_row{finding_reason::busy, "busy",
               "We ask the name servers of the domain as often as they allow, and {name} must wait for its "
               "turn; it is asked again in {observed}, and nobody need act."},
    reason_row{finding_reason::not_authoritative, "not_authoritative",
               "A name server of the domain answered for {name} as if the zone were not its own, so nothing "
               "is known yet; it is asked again, and if this lasts, check the name servers of the domain."},
};

const reason_row& row_of(finding_reason reason) noexcept {
  for (const reason_row& each : reasons)
    if (each.reason == reason) return each;
  return reasons.front();
}

void replace(std::string& text, std::string_view mark, std::string_view with) {
  if (const std::size_t at = text.find(mark); at != text.npos) text.replace(at, mark.size(), with);
}

}  // namespace

std::string_view to_string(finding_kind kind) noexcept {
  switch (kind) {
    case finding_kind::unchecked:
      return "unchecked";
    case finding_kind::found:
      return "found";
    case finding_kind::absent:
      return "absent";
    case finding_kind::wrong_target:
      return "wrong_target";
    case finding_kind::no_answer:
      return "no_answer";
  }
  return "unchecked";
}

std::string_view to_string(finding_reason reason) noexcept {
  return row_of(reason).word;
}

std::string explanation(const finding& shown, const published_record& wanted) {
  if (shown.kind == finding_kind::unchecked) return "The record has not been looked up yet.";
  const reason_row& row = row_of(shown.reason);
  const bool has_its_own = wanted.of == proof::txt && !row.txt_sentence.empty();
  std::string sentence{has_its_own ? row.txt_sentence : row.sentence};
  replace(sentence, "{name}", wanted.name);
  replace(sentence, "{value}", wanted.value);
  replace(sentence, "{observed}", excerpt(shown.observed));
  return sentence;
}

}  // namespace easydkim
