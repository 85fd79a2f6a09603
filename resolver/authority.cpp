#include "resolver/authority.hpp"

#include <algorithm>
#include <utility>

#include "resolver/together.hpp"

namespace easydkim {

namespace asio = boost::asio;

asio::awaitable<std::vector<server_answer>> authority::ask_all(const zone& of, std::string name, rr_type type,
                                                               duration longest_wait) {
  std::vector<server_answer> answers;
  for (const zone_server& each : of.servers)
    if (!each.addresses.empty()) answers.emplace_back();
  std::vector<asio::awaitable<void>> work;
  std::size_t place = 0;
  const auto put = [&](const zone_server& server, server_answer& into) -> asio::awaitable<void> {
    into = co_await ask_server(of, server, name, type, longest_wait);
  };
  for (const zone_server& each : of.servers)
    if (!each.addresses.empty()) work.push_back(put(each, answers[place++]));
  co_await together(std::move(work));
  co_return answers;
}

asio::awaitable<std::optional<server_answer>> authority::ask_one(const zone& of, std::string name,
                                                                 rr_type type, std::size_t turn) {
  // Those that may be asked at once come first, each in its turn.
  std::vector<const zone_server*> busy;
  std::vector<const zone_server*> in_turn;
  for (std::size_t i = 0; i < of.servers.size(); ++i) {
    const zone_server& each = of.servers[(turn + i) % of.servers.size()];
    const auto at = free_at(of, each);
    if (at) (*at <= strangers_.now() ? in_turn : busy).push_back(&each);
  }
  in_turn.insert(in_turn.end(), busy.begin(), busy.end());

  std::optional<server_answer> last;
  for (const zone_server* each : in_turn) {
    server_answer got = co_await ask_server(of, *each, name, type, courteous_exchange::wait_of_a_poll);
    if (!got.was_asked() && last) continue;
    const bool counts = got.reply.has_content() && !got.is_lame;
    last = std::move(got);
    if (counts) break;
  }
  if (last && !last->was_asked()) co_return std::nullopt;
  co_return last;
}

/// Over one address after the other, first those that may be asked at once; a single one twice.
asio::awaitable<server_answer> authority::ask_server(const zone& of, const zone_server& server,
                                                     std::string name, rr_type type, duration longest_wait) {
  server_courtesy& courtesy = strangers_.courtesy();
  const steady_time now = strangers_.now();
  std::vector<server_address> addresses = server.addresses;
  std::stable_partition(addresses.begin(), addresses.end(),
                        [&](const server_address& each) { return !courtesy.may_ask(each, of.apex, now); });

  server_answer answer;
  answer.name = server.name;
  answer.address = addresses.front();
  answer.is_resting = std::ranges::all_of(
      addresses, [&](const server_address& each) { return courtesy.rests(each, of.apex, now); });
  const std::size_t rounds = std::max<std::size_t>(tries, addresses.size());
  int asked = 0;
  for (std::size_t i = 0; i < rounds && asked < tries; ++i) {
    const server_address& address = addresses[i % addresses.size()];
    server_question question{.server = address, .name = name, .type = type, .manner = of_authority};
    auto got = co_await strangers_.ask(std::move(question), of.apex, longest_wait);
    if (!got) continue;
    ++asked;
    const standing seen = standing_of(*got, of.apex);
    answer.address = address;
    answer.is_resting = false;
    answer.is_lame = seen == standing::lame;
    answer.reply = *std::move(got);
    if (seen == standing::delegates) directory_.forget(name);
    if (seen != standing::silent) break;
  }
  if (answer.is_lame) directory_.forget(name);
  co_return answer;
}

std::optional<steady_time> authority::free_at(const zone& of, const zone_server& server) const {
  const steady_time now = strangers_.now();
  std::optional<steady_time> first;
  for (const server_address& each : server.addresses) {
    const steady_time at = strangers_.courtesy().may_ask(each, of.apex, now).value_or(now);
    first = first ? std::min(*first, at) : at;
  }
  return first;
}

std::optional<time_point> authority::ready_at(const zone& of, time_point now) const {
  const steady_time begin = strangers_.now();
  std::optional<steady_time> first;
  const server_address* whose = nullptr;
  for (const zone_server& each : of.servers)
    for (const server_address& address : each.addresses) {
      const steady_time at = strangers_.courtesy().may_ask(address, of.apex, begin).value_or(begin);
      if (first && *first <= at) continue;
      first = at;
      whose = &address;
    }
  if (!first) return std::nullopt;
  if (*first > begin) first = strangers_.courtesy().promise(*whose, *first);
  return now + (*first - begin);
}

}  // namespace easydkim
