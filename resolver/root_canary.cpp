#include "resolver/root_canary.hpp"

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
  for (std::string& each : servers)
    if (co_await answers(std::move(each))) co_return outcome::answered;
  co_return outcome::silent;
}

asio::awaitable<bool> root_canary::answers(std::string server) {
  addresses found = co_await book_.find(std::move(server), address_book::families::both);
  found.usable.resize(std::min(found.usable.size(), most_addresses));
  for (const server_address& each : found.usable) {
    server_question question{.server = each, .name = ".", .type = rr_type::soa, .manner = of_authority};
    const auto got = co_await strangers_.ask(std::move(question), ".");
    if (got && got->has_content()) co_return true;
  }
  co_return false;
}

}  // namespace easydkim
