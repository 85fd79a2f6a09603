// SPDX-License-Identifier: Apache-2.0
#include "resolver/zones/authoritative_dns.hpp"

#include <algorithm>
#include <utility>

#include "resolver/transport/route.hpp"

namespace easydkim {

namespace asio = boost::asio;
using outcome = zone_search::outcome;

authoritative_dns::authoritative_dns(asio::io_context& io, options chosen, hooks to_daemon)
    : hooks_{std::move(to_daemon)},
      courtesy_{chosen.courtesy},
      to_resolver_{io, chosen.to_resolver, hooks_.random},
      to_strangers_{io, chosen.to_strangers, hooks_.random},
      recursor_{
          to_resolver_,
          std::move(chosen.servers),
          {.asked = hooks_.resolver_was_asked, .answers = hooks_.resolver_answers, .gate = hooks_.gate}},
      book_{recursor_,
            {.allow_private = chosen.allow_private, .keep = chosen.keep, .max_names = chosen.max_zones}},
      strangers_{to_strangers_,
                 courtesy_,
                 {.answered = {},
                  .silent = {},
                  .ended = [this](const server_address& server, std::string_view zone,
                                  const server_reply& reply) { heard(server, zone, reply); },
                  .gate = hooks_.gate}},
      root_{{.dns = recursor_, .strangers = strangers_, .book = book_}, hooks_.random},
      authority_{strangers_, hooks_.random},
      delegations_{
          {.dns = recursor_, .strangers = strangers_, .book = book_, .random = hooks_.random},
          {.keep = chosen.keep, .max_domains = chosen.max_zones, .allow_private = chosen.allow_private}},
      zones_{{.delegations = delegations_, .strangers = strangers_, .servers = authority_, .book = book_},
             {.keep = chosen.keep, .max_zones = chosen.max_zones, .registrable = hooks_.registrable}},
      looker_{{.zones = zones_, .servers = authority_}, hooks_.now} {}

/// What we cannot ask is no silence of theirs: where nothing came of it because of that, the resolver is
/// asked.
asio::awaitable<zone_look> authoritative_dns::look(look_order order) {
  const std::uint64_t before = without_route_;
  zone_look result = co_await look_at_servers(std::move(order));
  co_await doubt_who_answers();
  const finding_kind seen = result.look.seen.kind;
  const bool says_nothing = seen == finding_kind::unchecked || seen == finding_kind::no_answer;
  const outcome searched = result.look.searched.what;
  const zone& where = result.look.searched.where;
  const bool knew_none =
      searched == outcome::unreachable && where.servers.empty() && without_route_ != before;
  const bool knew_some = searched == outcome::unreachable || searched == outcome::found;
  const bool for_want_of_a_route = says_nothing && (knew_none || (knew_some && is_out_of_reach(where)));
  if (port_.now() == port_53::state::diverted || for_want_of_a_route)
    result.what = zone_look::next::ask_resolver;
  co_return result;
}

asio::awaitable<zone_look> authoritative_dns::look_at_servers(look_order order) {
  zone_look result;
  result.what = zone_look::next::ask_resolver;
  if (!port_.may_try(steady_now())) co_return result;

  result.look = co_await looker_.look(std::move(order));
  const record_look& seen = result.look;
  switch (seen.searched.what) {
    case outcome::port_closed:
      break;
    case outcome::not_askable:
    case outcome::no_resolver:
    case outcome::disagreement:
    case outcome::no_such_domain:
      result.what = zone_look::next::judge;
      break;
    case outcome::busy:
      result.what = zone_look::next::later;
      if (seen.searched.ready_at)
        result.ready_at = hooks_.now() + (*seen.searched.ready_at - strangers_.now());
      break;
    case outcome::parent_unreachable:
    case outcome::unreachable:
      co_await was_silent();
      if (port_.now() != port_53::state::blocked) result.what = zone_look::next::judge;
      break;
    case outcome::found:
      if (!seen.was_asked) {
        result.what = zone_look::next::later;
        result.ready_at = authority_.ready_at(seen.searched.where, hooks_.now());
        break;
      }
      if (!seen.was_answered) co_await was_silent();
      if (seen.was_answered || port_.now() != port_53::state::blocked) result.what = zone_look::next::judge;
      break;
  }
  co_return result;
}

/// What each answer, and each silence, tells of our way to the servers.
void authoritative_dns::heard(const server_address& server, std::string_view zone,
                              const server_reply& reply) {
  if (!reply.has_content()) {
    if (!reply.no_route) {
      families_.silent(server);
      return port_.silent(server);
    }
    ++without_route_;
    return families_.no_route(server, steady_now());
  }
  constexpr unsigned refused = 5;  // RFC 1035 section 4.1.1
  const dns_reply& content = *reply.content;
  families_.answered(server, steady_now());
  if (content.authoritative || (content.is_referral() && !content.recursion_available))
    port_.answered_itself();
  else if (content.recursion_available || content.rcode == refused)
    port_.answered_by_another(server, zone);
  else
    port_.answered();
  tell_of_port();
}

void authoritative_dns::tell_of_port() {
  if (std::exchange(port_was_, port_.now()) != port_.now() && hooks_.port_53_changed)
    hooks_.port_53_changed();
}

/// Fewer than two of its servers can be asked from here, because others have no address of a family that can
/// be.
bool authoritative_dns::is_out_of_reach(const zone& where) const {
  const auto can_be_asked = [this](const server_address& each) { return families_.can_ask(family_of(each)); };
  std::size_t within = 0, beyond = 0;
  for (const zone_server& each : where.servers)
    if (!each.addresses.empty()) ++(std::ranges::any_of(each.addresses, can_be_asked) ? within : beyond);
  return within < 2 && beyond > 0;
}

std::optional<std::string> authoritative_dns::why_not(address_family which) {
  if (const auto server = families_.unroutable(which); server && has_route(*server))
    families_.has_route_again(which);
  return families_.why_not(which);
}

/// One zone whose servers are lame is not a port that is diverted. What was answered in the place of servers
/// is not held against them.
asio::awaitable<void> authoritative_dns::doubt_who_answers() {
  if (!port_.may_be_diverted(steady_now())) co_return;
  const root_canary::outcome seen = co_await root_.ask();
  port_.canary_ended(seen, steady_now());
  tell_of_port();
  if (port_.now() == port_53::state::diverted) courtesy_.forget_lame();
}

/// When the resolver is silent, too, it is the network, and not the port. When the root answers, it is the
/// domain.
asio::awaitable<void> authoritative_dns::was_silent() {
  if (!hooks_.resolver_answers() || !port_.poll_was_silent(steady_now())) co_return;
  const root_canary::outcome seen = co_await root_.ask();
  port_.canary_ended(seen, steady_now());
  tell_of_port();
}

/// For a diagnosis, which must not blame a domain for what our network does not let out.
asio::awaitable<zone_search> authoritative_dns::find_zone(std::string domain, steady_time began) {
  const std::uint64_t before = without_route_;
  const asking_manner manner{
      .longest_wait = asking_manner::of_a_diagnosis, .also_at_rest = true, .began = began};
  zone_search found = co_await zones_.find(std::move(domain), "_domainkey", manner);
  if (is_out_of_reach(found.where)) found.what = outcome::port_closed;
  if (found.what != outcome::unreachable && found.what != outcome::parent_unreachable) co_return found;
  co_await was_silent();
  co_await doubt_who_answers();
  if (port_.leads_nowhere() || without_route_ != before) found.what = outcome::port_closed;
  co_return found;
}

/// For a diagnosis: those that have an address, once.
asio::awaitable<std::vector<server_answer>> authoritative_dns::ask_servers(const zone& of, zone_question what) {
  zone where = of;
  std::erase_if(where.servers, [](const zone_server& each) { return each.addresses.empty(); });
  co_return co_await authority_.ask_all(where, std::move(what));
}

dns_view authoritative_dns::view(steady_time began) {
  return {
      .ask_servers =
          [this, began](const zone& of, std::string name, rr_type type) {
            const asking_manner manner{.longest_wait = asking_manner::of_a_diagnosis, .began = began};
            zone_question question{.name = std::move(name), .type = type, .manner = manner};
            return ask_servers(of, std::move(question));
          },
      .ask_resolver = [this](std::string name, rr_type type,
                             question_manner manner) { return recursor_.ask(std::move(name), type, manner); },
      .find_zone = [this, began](std::string domain) { return find_zone(std::move(domain), began); },
      .find_from_above =
          [this, began](std::string domain) {
            const asking_manner manner{.began = began};
            return zones_.find(std::move(domain), "_domainkey", manner);
          }};
}

}  // namespace easydkim
