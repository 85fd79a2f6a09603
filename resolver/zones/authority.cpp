// SPDX-License-Identifier: Apache-2.0
#include "resolver/zones/authority.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "resolver/transport/together.hpp"

namespace easydkim {

namespace asio = boost::asio;

std::size_t authority::draw(std::size_t below) {
  std::array<std::uint8_t, 2> octets{};
  random_(octets);
  return (octets[0] * 256U + octets[1]) % below;
}

asio::awaitable<std::vector<server_answer>> authority::ask_all(const zone& of, zone_question what,
                                                               addresses which) {
  std::vector<server_answer> answers(of.servers.size());
  std::vector<asio::awaitable<void>> work;
  const auto put = [&](const zone_server& server, server_answer& into) -> asio::awaitable<void> {
    into = co_await ask(of, server, what, which);
  };
  for (std::size_t i = 0; i < of.servers.size(); ++i) {
    answers[i].name = of.servers[i].name;
    answers[i].is_delegated = of.servers[i].is_delegated;
    answers[i].is_certain = of.servers[i].is_certain;
    answers[i].is_certain_for_loss = of.servers[i].is_certain_for_loss;
    if (!of.servers[i].addresses.empty() && work.size() < most_servers)
      work.push_back(put(of.servers[i], answers[i]));
  }
  if (!work.empty()) co_await together(std::move(work));
  co_return answers;
}

asio::awaitable<std::optional<server_answer>> authority::ask_one(const zone& of, zone_question what) {
  if (of.servers.empty()) co_return std::nullopt;
  // Those that may be asked at once come first, then those that are busy, and last those at rest.
  std::vector<const zone_server*> ready;
  std::vector<const zone_server*> busy;
  std::vector<const zone_server*> resting;
  const std::size_t first = draw(of.servers.size());
  const steady_time now = strangers_.now();
  for (std::size_t i = 0; i < of.servers.size(); ++i) {
    const zone_server& each = of.servers[(first + i) % of.servers.size()];
    const auto at = free_at(of, each);
    if (!at) continue;
    const bool rests = std::ranges::all_of(each.addresses, [&](const server_address& one) {
      return strangers_.courtesy().rests(one, of.apex, now);
    });
    (rests ? resting : *at <= now ? ready : busy).push_back(&each);
  }
  const bool all_rest = ready.empty() && busy.empty();
  ready.insert(ready.end(), busy.begin(), busy.end());
  ready.insert(ready.end(), resting.begin(), resting.end());
  if (all_rest && !ready.empty()) {
    ready.resize(1);
    what.manner.also_at_rest = true;
  }

  std::optional<server_answer> last;
  for (const zone_server* each : ready) {
    server_answer answer = co_await ask(of, *each, what);
    if (!answer.was_asked() && last) continue;
    const bool counts = answer.reply.has_content() && !answer.is_lame;
    last = std::move(answer);
    if (counts) break;
  }
  if (last && !last->was_asked()) co_return std::nullopt;
  co_return last;
}

/// One question to one address.
asio::awaitable<server_answer> authority::ask_address(const zone& of, const zone_server& server,
                                                      server_address address, zone_question what) {
  server_answer answer{.name = server.name, .address = address, .reply = {}};
  answer.is_delegated = server.is_delegated;
  answer.is_certain = server.is_certain;
  answer.is_certain_for_loss = server.is_certain_for_loss;
  answer.is_resting = strangers_.leaves_alone(address, of.apex, what.manner);
  server_question question{
      .server = address, .name = std::move(what.name), .type = what.type, .manner = of_authority};
  auto reply = co_await strangers_.ask(std::move(question), of.apex, what.manner);
  if (!reply) {
    answer.is_resting = strangers_.leaves_alone(address, of.apex, what.manner);  // it may be so only now
    answer.last_failure = strangers_.last_failure(address, of.apex);
    co_return answer;
  }
  answer.is_resting = false;
  answer.is_lame = standing_of(*reply, of.apex) == standing::lame;
  answer.reply = *std::move(reply);
  co_return answer;
}

/// Over one address after the other, first those that may be asked at once, a single one twice; or over all.
asio::awaitable<server_answer> authority::ask(const zone& of, const zone_server& server, zone_question what,
                                              addresses which) {
  server_courtesy& courtesy = strangers_.courtesy();
  const steady_time now = strangers_.now();
  std::vector<server_address> all = server.addresses;
  std::stable_partition(all.begin(), all.end(),
                        [&](const server_address& each) { return !courtesy.may_ask(each, of.apex, now); });
  if (all.size() > most_addresses) all.resize(most_addresses);

  server_answer answer{.name = server.name, .address = all.front(), .reply = {}};
  answer.is_delegated = server.is_delegated;
  answer.is_certain = server.is_certain;
  answer.is_certain_for_loss = server.is_certain_for_loss;
  answer.is_resting = std::ranges::all_of(
      all, [&](const server_address& each) { return strangers_.leaves_alone(each, of.apex, what.manner); });
  if (which == addresses::all && all.size() > 1) {
    std::vector<server_answer> answers(all.size());
    std::vector<asio::awaitable<void>> work;
    const auto put = [&](server_address address, server_answer& into) -> asio::awaitable<void> {
      into = co_await ask_address(of, server, address, what);
    };
    for (std::size_t i = 0; i < all.size(); ++i) work.push_back(put(all[i], answers[i]));
    co_await together(std::move(work));
    // The first that answers for the zone speaks for the server, or else the first that was asked.
    const auto answers_for_it = [](const server_answer& each) { return each.reply.has_content() && !each.is_lame; };
    auto best = std::ranges::find_if(answers, answers_for_it);
    if (best == answers.end()) best = std::ranges::find_if(answers, &server_answer::was_asked);
    if (best == answers.end()) {
      answer.last_failure = std::move(answers.front().last_failure);
      co_return answer;
    }
    std::rotate(answers.begin(), best, best + 1);
    answer = std::move(answers.front());
    answers.erase(answers.begin());
    answer.elsewhere = std::move(answers);
    co_return answer;
  }
  const std::size_t rounds = std::max<std::size_t>(tries, all.size());
  int asked = 0;
  for (std::size_t i = 0; i < rounds && asked < tries; ++i) {
    server_answer next = co_await ask_address(of, server, all[i % all.size()], what);
    if (!next.was_asked()) {
      if (answer.last_failure.empty()) answer.last_failure = std::move(next.last_failure);
      if (all.size() == 1) answer.is_resting = next.is_resting;
      continue;
    }
    ++asked;
    answer = std::move(next);
    if (answer.reply.has_content()) break;
  }
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
