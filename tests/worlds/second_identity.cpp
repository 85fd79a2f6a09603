// SPDX-License-Identifier: Apache-2.0
#include "tests/worlds/second_identity.hpp"

#include <utility>

#include "resolver/transport/together.hpp"

namespace easydkim::worlds {

namespace asio = boost::asio;
using namespace std::chrono_literals;

asio::awaitable<void> second_identity::before_check() {
  const auto& own = of_.in.enemy;
  if (!own || !draw_.percent(own->checks_in_hundred)) co_return;
  is_beside_ = draw_.percent(25);
  if (is_beside_) co_return;
  co_await look_at_own();
  if (draw_.percent(30)) co_await of_.time.pause(draw_.between(1s, 50s));
}

asio::awaitable<zone_look> second_identity::look(look_order at_victim) {
  if (!std::exchange(is_beside_, false)) co_return co_await of_.look(std::move(at_victim));
  zone_look result;
  const auto at_the_victim = [&]() -> asio::awaitable<void> {
    result = co_await of_.look(std::move(at_victim));
  };
  std::vector<asio::awaitable<void>> work;
  work.push_back(look_at_own());
  work.push_back(at_the_victim());
  if (draw_.percent(50)) std::swap(work.front(), work.back());
  co_await together(std::move(work));
  co_return result;
}

/// As for somebody who asks for a check, mostly: these ask all.
asio::awaitable<void> second_identity::look_at_own() {
  const enemy_domain& own = *of_.in.enemy;
  look_order order{.of = proof::dkim,
                   .label = own.tokens[draw_.below(own.tokens.size())].text(),
                   .domain = own.domain,
                   .suffix = std::string{suffix},
                   .text = {},
                   .how = draw_.percent(95) ? look_order::extent::full : look_order::extent::poll};
  if (draw_.percent(70))
    order.manner = {
        .longest_wait = asking_manner::of_a_check, .also_at_rest = true, .began = of_.time.steady()};
  const network::unwatched_witness others_business{of_.net};
  if (of_.lines != nullptr) of_.lines->push_back(stamp(of_.time.now()) + "-- a look at " + own.domain);
  const zone_look seen = co_await of_.look(std::move(order));
  if (of_.lines != nullptr)
    of_.lines->push_back(stamp(of_.time.now()) + "-- " + own.domain + ": " +
                         std::string{to_string(seen.look.seen.kind)} + "/" +
                         std::string{to_string(seen.look.seen.reason)});
}

}  // namespace easydkim::worlds
