#include "resolver/authoritative_dns.hpp"

#include <utility>

namespace easydkim {

namespace asio = boost::asio;
using outcome = zone_search::outcome;

authoritative_dns::authoritative_dns(asio::io_context& io, options chosen, hooks to_daemon)
    : hooks_{std::move(to_daemon)},
      courtesy_{chosen.courtesy},
      to_resolver_{io, chosen.to_resolver, hooks_.random},
      to_strangers_{io, chosen.to_strangers, hooks_.random},
      recursor_{to_resolver_, std::move(chosen.servers), {.asked = hooks_.resolver_was_asked}},
      book_{recursor_,
            {.allow_private = chosen.allow_private, .keep = chosen.keep, .max_names = chosen.max_zones}},
      strangers_{to_strangers_,
                 courtesy_,
                 {.answered = [this] { port_.answered(); },
                  .silent = [this](const server_address& server) { port_.silent(server); }}},
      root_{{.dns = recursor_, .strangers = strangers_, .book = book_}, hooks_.random},
      authority_{strangers_, hooks_.random},
      delegations_{{.dns = recursor_, .strangers = strangers_, .book = book_, .random = hooks_.random},
                   {.keep = chosen.keep, .max_domains = chosen.max_zones, .allow_private = chosen.allow_private}},
      zones_{{.delegations = delegations_, .strangers = strangers_, .servers = authority_, .book = book_},
             {.keep = chosen.keep, .max_zones = chosen.max_zones, .registrable = hooks_.registrable}},
      looker_{{.zones = zones_, .servers = authority_}, hooks_.now} {}

asio::awaitable<zone_look> authoritative_dns::look(look_order order) {
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

/// When the resolver is silent, too, it is the network, and not the port. When the root answers, it is the
/// domain.
asio::awaitable<void> authoritative_dns::was_silent() {
  if (!hooks_.resolver_answers() || !port_.poll_was_silent(steady_now())) co_return;
  const root_canary::outcome seen = co_await root_.ask();
  port_.canary_ended(seen, steady_now());
}

/// For a diagnosis, which must not blame a domain for what our network does not let out.
asio::awaitable<zone_search> authoritative_dns::find_zone(std::string domain) {
  zone_search found = co_await zones_.find(std::move(domain));
  if (found.what != outcome::unreachable && found.what != outcome::parent_unreachable) co_return found;
  co_await was_silent();
  if (port_.now() == port_53::state::blocked) found.what = outcome::port_closed;
  co_return found;
}

/// For a diagnosis: those that have an address, once.
asio::awaitable<std::vector<server_answer>> authoritative_dns::ask_servers(const zone& of, std::string name,
                                                                           rr_type type) {
  zone where = of;
  std::erase_if(where.servers, [](const zone_server& each) { return each.addresses.empty(); });
  zone_question question{.name = std::move(name), .type = type};
  question.manner.longest_wait = asking_manner::of_a_diagnosis;
  co_return co_await authority_.ask_all(where, std::move(question));
}

dns_view authoritative_dns::view() {
  return {
      .ask_servers = [this](const zone& of, std::string name,
                            rr_type type) { return ask_servers(of, std::move(name), type); },
      .ask_resolver = [this](std::string name, rr_type type,
                             question_manner manner) { return recursor_.ask(std::move(name), type, manner); },
      .find_zone = [this](std::string domain) { return find_zone(std::move(domain)); },
      .find_from_above = [this](std::string domain) { return zones_.find(std::move(domain)); }};
}

}  // namespace easydkim
