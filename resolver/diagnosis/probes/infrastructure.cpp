// SPDX-License-Identifier: Apache-2.0
#include "resolver/diagnosis/probes/infrastructure.hpp"

#include <algorithm>

#include "core/printable.hpp"
#include "resolver/wire/name_text.hpp"
#include "resolver/zones/answer_evidence.hpp"

namespace easydkim {
namespace {

using enum diagnosis_code;

/// Who names the servers of the zone that was found, or at whose servers the search ended, and what to do
/// there.
std::string mend_servers(const examination& at, std::size_t record) {
  const std::string& apex = at.where().apex.empty() ? at.registrable() : at.where().apex;
  if (is_below(at.registrable(), apex))
    return "they are asked again, and if this lasts, tell whoever runs them";
  const std::string mend = "have them mended, or name others in the NS records of " + printable(apex);
  if (apex == at.registrable()) return mend + " and at the registrar";
  if (!is_below(apex, at.domain())) return mend + " in the zone above it";
  // A delegated `_domainkey`, as to a provider of before.
  return "remove the NS records of " + printable(apex) + " from the zone of " + at.domain() +
         ", and publish the record there; or, if its servers are to hold " + at.wanted(record).name +
         ", have them mended";
}

/// "Too few name servers of ZONE answer for it (...), so ...".
explained_by unanswered(const examination& at, std::size_t record, std::vector<server_failure> failures) {
  const std::string& apex = at.where().apex.empty() ? at.domain() : at.where().apex;
  explained_by what{.server = failures.empty() ? std::string{} : failures.front().server};
  const std::string who = failures.empty() ? std::string{} : " (" + listed(failures) + ")";
  const std::string zone = printable(apex);
  what.words =
      at.is_verified_now(record)
          ? "Not all name servers of " + zone + " answer for it" + who + "; the domain stays verified"
          : "Too few name servers of " + zone + " answer for it" + who + ", so the record " +
                at.wanted(record).name + " cannot be verified";
  what.remedy = mend_servers(at, record);
  return what;
}

bool changed_case(const testimony& said) {
  return said.reply.has_content() && !said.reply.content->kept_case;
}

/// RFC 8914: the errors that blame DNSSEC.
bool blames_dnssec(const dns_reply& said) {
  return said.error && (said.error->code == 1 || said.error->code == 2 ||
                        (said.error->code >= 5 && said.error->code <= 12));
}

}  // namespace

probing our_resolver_down(examination& at, std::size_t record) {
  if (at.search().what == zone_search::outcome::parent_unreachable) {
    std::string words = "No server of the zone above, " + at.search().detail + ", can be asked, so nothing is known about " +
                        at.wanted(record).name + " yet; in a closed network set resolver.mode = \"recursive\"";
    co_return at.explained(diagnosis_code::our_resolver_down, record, {.words = std::move(words)});
  }
  const bool is_down = !at.order().resolver_healthy || at.search().what == zone_search::outcome::no_resolver;
  if (!is_down) co_return std::nullopt;
  std::string words =
      "Our own DNS resolver does not answer, so nothing is known about " + at.wanted(record).name + " yet";
  co_return at.explained(diagnosis_code::our_resolver_down, record, {.words = std::move(words)});
}

probing not_confirmed(examination& at, std::size_t record) {
  if (at.order().findings[record].reason != finding_reason::unconfirmed) co_return std::nullopt;
  const std::string& fault = at.order().confirmation_fault;
  std::string words =
      at.wanted(record).name + " is in place, but " +
      (fault.empty() ? "too few of the resolvers that we ask to confirm it show it yet" : fault);
  co_return at.explained(diagnosis_code::our_resolver_down, record, {.words = std::move(words)});
}

probing no_such_domain(examination& at, std::size_t record) {
  if (at.search().what != zone_search::outcome::no_such_domain) co_return std::nullopt;
  co_return at.explained(diagnosis_code::no_such_domain, record,
                         {.also = at.search().detail, .words = at.missing_domain()});
}

probing auth_unreachable(examination& at, std::size_t record) {
  using enum zone_search::outcome;
  if (at.search().what == unreachable) {
    std::vector<server_failure> failures = at.failures_of_search();
    if (failures.empty() && !at.search().detail.empty())
      failures.push_back({at.search().detail, "gives no answer for it"});
    co_return at.explained(diagnosis_code::auth_unreachable, record,
                           unanswered(at, record, std::move(failures)));
  }
  if (at.search().what == not_askable && !at.only_resolver()) {
    std::vector<server_failure> failures{{at.search().detail, "has no address that can be asked"}};
    co_return at.explained(diagnosis_code::auth_unreachable, record,
                           unanswered(at, record, std::move(failures)));
  }

  if (at.search().what == disagreement) co_return std::nullopt;  // is inconsistent

  const auto said = co_await at.look(record);
  std::vector<server_failure> failures = at.failures_in(said);
  if (failures.empty() || std::ranges::any_of(said, changed_case)) co_return std::nullopt;
  // What the others say explains more, unless they say that all is well, and are too few.
  const server_count seen = count_of(said, at.wanted(record));
  const bool too_few = seen.right == seen.answers() && !co_await at.is_published(record);
  if (!too_few) co_return std::nullopt;
  explained_by what = unanswered(at, record, std::move(failures));
  if (!at.search().glue.empty()) {
    const old_glue& old = at.search().glue.front();
    const bool has_it = co_await at.has_record_at(old.at_zone, record);
    what.words = "The registrar has an old address (glue) for " + old.server + ": " +
                 old.at_parent.front().address.to_string() + "; the zone says " +
                 old.at_zone.address.address.to_string() + ", which answers" + (has_it ? " and has the record" : "");
    what.remedy = "set the address of " + old.server + " anew at the registrar";
  }
  co_return at.explained(diagnosis_code::auth_unreachable, record, std::move(what));
}

boost::asio::awaitable<std::optional<explained_by>> refused_as_bogus(examination& at, std::string name,
                                                                     rr_type type) {
  const testimony* checked = co_await at.ask_resolver(name, type);
  if (checked == nullptr || !checked->reply.has_content() || checked->said().rcode != 2)
    co_return std::nullopt;
  const testimony* unchecked =
      co_await at.ask_resolver(std::move(name), type, question_manner::dnssec::unchecked);
  const bool has_answer = unchecked != nullptr && unchecked->counts;
  if (!has_answer && !blames_dnssec(checked->said())) co_return std::nullopt;
  std::string error = error_text(checked->reply);
  if (error.empty()) error = "SERVFAIL";
  explained_by what{.observed = error, .server = checked->server, .also = error};
  co_return what;
}

/// Only a record that the zone's servers have is asked for: no question of ours may lead the resolver that is
/// to confirm it, and none may have it remember a "no".
probing dnssec_bogus(examination& at, std::size_t record) {
  if (at.where().apex.empty()) co_return std::nullopt;
  std::optional<explained_by> refused;
  if (at.only_resolver()) refused = co_await refused_as_bogus(at, at.where().apex, rr_type::soa);
  if (!refused && co_await at.is_published(record)) {
    const published_record& one = at.wanted(record);
    refused = co_await refused_as_bogus(at, one.name, type_of(one.of));
  }
  if (!refused) co_return std::nullopt;
  co_return at.explained(diagnosis_code::dnssec_bogus, record, *refused);
}

probing nodata_without_soa(examination& at, std::size_t record) {
  if (co_await at.is_published(record)) co_return std::nullopt;
  const auto said = co_await at.look(record);
  for (const testimony& each : said) {
    if (changed_case(each))
      co_return at.explained(diagnosis_code::nodata_without_soa, record,
                             {.server = each.server, .also = "the question came back with other letters"});
    if (is_absent(standing_at(each, at.wanted(record))) && each.said().soa() == nullptr)
      co_return at.explained(diagnosis_code::nodata_without_soa, record,
                             {.server = each.server, .also = "no SOA in a negative answer"});
  }
  co_return std::nullopt;
}

probing ent_nxdomain(examination& at, std::size_t record) {
  if (at.only_resolver() || !co_await at.is_published(record)) co_return std::nullopt;
  const std::string above = "_domainkey." + at.domain();
  for (const std::string& server : at.spokesmen()) {
    const testimony* said = co_await at.ask_at(server, above, rr_type::txt);
    if (said == nullptr || !said->counts || !said->said().says_no_such_name()) continue;
    co_return at.explained(diagnosis_code::ent_nxdomain, record, {.server = said->server, .also = above});
  }
  co_return std::nullopt;
}

}  // namespace easydkim
