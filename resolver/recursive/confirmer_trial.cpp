// SPDX-License-Identifier: Apache-2.0
#include "resolver/recursive/confirmer_trial.hpp"

#include <utility>

#include "resolver/transport/together.hpp"

namespace easydkim {

namespace asio = boost::asio;

namespace {

asio::awaitable<bool> answers(server_exchange& exchange, server_address server,
                              cares_channel::transport over) {
  server_question question{.server = server, .name = ".", .type = rr_type::ns, .over = over};
  const server_reply got = co_await exchange.ask(std::move(question));
  co_return got.what == server_reply::outcome::arrived;
}

asio::awaitable<void> try_one(server_exchange& exchange, confirmation_health::trial& result) {
  result.answered_tcp = co_await answers(exchange, result.server, cares_channel::transport::tcp);
  if (!result.answered_tcp)
    result.answered_udp = co_await answers(exchange, result.server, cares_channel::transport::udp);
}

}  // namespace

asio::awaitable<std::vector<confirmation_health::trial>> try_confirmers(server_exchange& exchange,
                                                                        std::vector<server_address> servers) {
  std::vector<confirmation_health::trial> all;
  for (const server_address& each : servers) all.push_back({.server = each});
  std::vector<asio::awaitable<void>> work;
  for (confirmation_health::trial& each : all) work.push_back(try_one(exchange, each));
  if (!work.empty()) co_await together(std::move(work));
  co_return all;
}

}  // namespace easydkim
