// SPDX-License-Identifier: Apache-2.0
#include "resolver/zones/root_canary.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace easydkim {

namespace asio = boost::asio;

asio::awaitable<root_canary::outcome> root_canary::ask() {
  const server_reply got = co_await dns_.ask(".", rr_type::ns);
  if (!got.has_content()) co_return outcome::unknown;
  std::vector<std::string> servers;
  for (const resource_record* each : got.content->answers(".", rr_type::ns)) servers.push_back(each->text);
  if (servers.empty()) co_return outcome::silent;

  std::array<std::uint8_t, 1> first{};
  random_(first);
  const auto begin = servers.begin() + static_cast<std::ptrdiff_t>(first[0] % servers.size());
  std::rotate(servers.begin(), begin, servers.end());
  servers.resize(std::min(servers.size(), most_servers));
  std::size_t without = 0;
  const std::size_t enough = servers.size();
  for (std::string& each : servers) {
    const outcome one = co_await ask(std::move(each));
    if (one == outcome::answered) co_return one;
    if (one == outcome::without_authority) ++without;
  }
  if (without == 0) co_return outcome::silent;
  co_return without == enough ? outcome::without_authority : outcome::unknown;
}

/// A server that holds the root answers with authority; whoever answers in its place does not.
asio::awaitable<root_canary::outcome> root_canary::ask(std::string server) {
  addresses found = co_await book_.find(std::move(server), address_book::families::both);
  found.usable.resize(std::min(found.usable.size(), most_addresses));
  outcome best = outcome::silent;
  for (const server_address& each : found.usable) {
    server_question question{.server = each, .name = ".", .type = rr_type::soa, .manner = of_authority};
    const auto got = co_await strangers_.ask(std::move(question), ".");
    if (!got || !got->has_content()) continue;
    if (got->content->authoritative) co_return outcome::answered;
    best = outcome::without_authority;
  }
  co_return best;
}

}  // namespace easydkim
