// SPDX-License-Identifier: Apache-2.0
#include "tests/worlds/walk.hpp"

#include <utility>

#include "resolver/wire/name_text.hpp"

namespace easydkim::worlds {

namespace asio = boost::asio;
using outcome = zone_search::outcome;

namespace {

std::function<void(std::span<std::uint8_t>)> random_of(network& net) {
  return [&net](std::span<std::uint8_t> portion) { net.random(portion); };
}

/// Two labels: all domains of a world lie below a top-level domain.
std::string registrable_of(std::string_view name) {
  while (parent_of(name) != "." && parent_of(parent_of(name)) != ".") name = parent_of(name);
  return std::string{name};
}

}  // namespace

walk::walk(const world& in, network& net, simulated_time& time)
    : time_{time},
      recursor_{[&net](server_question what) { return net.ask(std::move(what)); },
                {network::resolver_address}},
      book_{recursor_, {.now = [&time] { return time.steady(); }}},
      strangers_{[&net](server_question what) { return net.ask(std::move(what)); },
                 courtesy_,
                 {.answered = {},
                  .silent = {},
                  .now = [&time] { return time.steady(); },
                  .pause = [&time](duration span) { return time.pause(span); }}},
      authority_{strangers_, random_of(net)},
      delegations_{{.dns = recursor_, .strangers = strangers_, .book = book_, .random = random_of(net)},
                   {.now = [&time] { return time.steady(); }}},
      zones_{{.delegations = delegations_, .strangers = strangers_, .servers = authority_, .book = book_},
             {.now = [&time] { return time.steady(); },
              .registrable =
                  [of = in.registrable](std::string_view name) {
                    return is_at_or_below(name, of) ? of : registrable_of(name);
                  }}},
      looker_{{.zones = zones_, .servers = authority_}, [&time] { return time.wall(); }} {}

asio::awaitable<zone_look> walk::look(look_order order) {
  zone_look result;
  result.what = zone_look::next::judge;
  result.look = co_await looker_.look(std::move(order));
  const zone_search& searched = result.look.searched;
  switch (searched.what) {
    case outcome::port_closed:
      result.what = zone_look::next::ask_resolver;
      break;
    case outcome::busy:
      result.what = zone_look::next::later;
      if (searched.ready_at) result.ready_at = time_.wall() + (*searched.ready_at - time_.steady());
      break;
    case outcome::not_askable:
    case outcome::no_resolver:
    case outcome::disagreement:
    case outcome::no_such_domain:
    case outcome::parent_unreachable:
    case outcome::unreachable:
      break;
    case outcome::found:
      if (result.look.was_asked) break;
      result.what = zone_look::next::later;
      result.ready_at = authority_.ready_at(searched.where, time_.wall());
      break;
  }
  co_return result;
}

}  // namespace easydkim::worlds
