// SPDX-License-Identifier: Apache-2.0
#include "resolver/diagnosis/inspection.hpp"

#include <algorithm>
#include <optional>

#include "core/printable.hpp"
#include "resolver/diagnosis/probes/infrastructure.hpp"
#include "resolver/diagnosis/probes/same_name.hpp"
#include "resolver/diagnosis/session/moved_zone.hpp"
#include "resolver/diagnosis/session/provider.hpp"
#include "resolver/wire/name_text.hpp"

namespace easydkim {
namespace {

namespace asio = boost::asio;
using warning = std::optional<domain_warning>;

domain_warning warned(diagnosis_code code, const clue& known) {
  return {.code = std::string{to_string(code)}, .message = warning_before_publishing(code, known)};
}

std::string in_brackets(const std::string& text) {
  return text.empty() ? text : " (" + excerpt(text) + ")";
}

/// The zone at whose servers the search ended.
std::string apex_of(const examination& at) {
  return printable(at.where().apex.empty() ? at.domain() : at.where().apex);
}

/// Where that zone is named, and what to do there.
std::string mend_before_publishing(const examination& at) {
  const std::string& apex = at.where().apex;
  if (!apex.empty() && is_below(at.registrable(), apex)) return "nothing can be told of the domain meanwhile";
  if (is_below(apex, at.domain()))
    return "remove the NS records of " + apex_of(at) + " from the zone of " + at.domain() +
           " before publishing there, or have those servers mended";
  if (is_below(apex, at.registrable()))
    return "mend them, or the NS records of " + apex_of(at) + " in the zone above it, before publishing";
  return "mend the NS records of the domain before publishing";
}

/// Why the zone cannot be asked, when it cannot.
warning of_search(const examination& at) {
  const std::string& domain = at.domain();
  const std::string& detail = at.search().detail;
  switch (at.search().what) {
    using enum zone_search::outcome;
    case found:
    case busy:  // nothing is known, and nobody is to blame
    case port_closed:
      return std::nullopt;
    case no_resolver:
      return warned(diagnosis_code::our_resolver_down,
                    {.words = "Our own DNS resolver does not answer, so nothing is known about " + domain});
    case parent_unreachable:
      return warned(diagnosis_code::our_resolver_down,
                    {.words = "No server of the zone above " + domain + in_brackets(detail) +
                              " can be asked, so nothing is known about it",
                     .remedy = "in a closed network set resolver.mode = \"recursive\""});
    case disagreement:
      return warned(diagnosis_code::auth_inconsistent,
                    {.words = "The name servers of " + (detail.empty() ? domain : excerpt(detail)) +
                              " do not agree on which servers hold " + domain,
                     .remedy = "check the delegation at the registrar and the NS records of the zone"});
    case no_such_domain:
      return warned(diagnosis_code::no_such_domain, {.also = detail, .words = at.missing_domain()});
    case not_askable:
      if (at.where().some_private) return std::nullopt;  // not for us to ask, which is no fault
      return warned(diagnosis_code::auth_unreachable,
                    {.words = "The name servers of " + apex_of(at) + in_brackets(detail) +
                              " have no address that can be asked",
                     .remedy = mend_before_publishing(at)});
    case unreachable: {
      const std::vector<server_failure> failures = at.failures_of_search();
      const std::string name = failures.empty() ? in_brackets(detail) : std::string{};
      const std::string who = failures.empty() ? std::string{} : " (" + listed(failures) + ")";
      return warned(diagnosis_code::auth_unreachable,
                    {.words = "The name servers of " + apex_of(at) + name + " do not answer for it" + who,
                     .remedy = mend_before_publishing(at)});
    }
  }
  return std::nullopt;
}

/// Servers that do not answer for the zone, though others do.
asio::awaitable<warning> of_servers(examination& at) {
  if (at.only_resolver()) co_return std::nullopt;
  const std::vector<server_failure> lame =
      at.failures_in(co_await at.ask_servers(at.where().apex, rr_type::soa));
  if (lame.empty()) co_return std::nullopt;
  const std::string words =
      "Of the name servers of " + at.where().apex + " some do not answer for it (" + listed(lame) + ")";
  const clue known{.words = words, .remedy = "have them mended, or take them out of the NS records"};
  co_return warned(diagnosis_code::auth_unreachable, known);
}

/// No question of ours may lead the resolver that is to confirm the records to other servers than the parent
/// names: it is asked for the zone only where the zone itself names those servers and no others.
asio::awaitable<bool> may_ask_resolver(examination& at) {
  if (at.only_resolver()) co_return true;
  const zone* above = co_await at.from_above();
  if (above == nullptr) co_return false;
  std::size_t answers = 0;
  for (const testimony& each : co_await at.ask_servers(at.where().apex, rr_type::ns)) {
    if (!each.counts) continue;
    ++answers;
    const server_names own = names_in(each.said(), at.where().apex);
    if (!std::ranges::includes(above->delegated_to, own)) co_return false;
  }
  co_return answers > 0;
}

asio::awaitable<warning> of_signatures(examination& at) {
  if (!co_await may_ask_resolver(at)) co_return std::nullopt;
  const auto refused = co_await refused_as_bogus(at, at.where().apex, rr_type::soa);
  if (!refused) co_return std::nullopt;
  const clue known{.zone = at.where().apex, .also = refused->observed};
  co_return warned(diagnosis_code::dnssec_bogus, known);
}

asio::awaitable<warning> of_delegation(examination& at) {
  if (at.only_resolver()) co_return std::nullopt;
  const zone* above = co_await at.from_above();
  if (above == nullptr) co_return std::nullopt;
  const server_names& named = above->delegated_to;
  const testimony* said = co_await at.ask_server(at.where().apex, rr_type::ns);
  if (said == nullptr) co_return std::nullopt;
  const server_names own = names_in(said->said(), at.where().apex);
  if (own.empty() || !are_two_sets(named, own)) co_return std::nullopt;
  const std::string parents = with_provider(named), its_own = with_provider(own);
  const clue known{.zone = at.where().apex, .observed = parents, .also = its_own};
  co_return warned(diagnosis_code::not_delegated_here, known);
}

asio::awaitable<warning> of_wildcard(examination& at) {
  const auto name = co_await wildcard_of(at);
  if (!name) co_return std::nullopt;
  const clue known{.words = *name};
  co_return warned(diagnosis_code::wildcard, known);
}

warning of_provider(const examination& at) {
  const server_names names = names_of(at.where());
  const dns_provider* known = provider_of(names);
  if (known == nullptr || known->does != dns_provider::habit::proxies) return std::nullopt;
  return warned(diagnosis_code::proxied, {.zone = at.where().apex, .words = known->name});
}

}  // namespace

asio::awaitable<std::vector<domain_warning>> warnings_of(examination& at) {
  std::vector<domain_warning> all;
  const auto add = [&](warning one) {
    if (one) all.push_back(*std::move(one));
  };
  add(of_search(at));
  if (!all.empty() || at.where().apex.empty()) co_return all;
  add(co_await of_signatures(at));
  add(co_await of_servers(at));
  add(co_await of_delegation(at));
  add(co_await of_wildcard(at));
  add(of_provider(at));
  co_return all;
}

}  // namespace easydkim
