// SPDX-License-Identifier: Apache-2.0
// world_servers: serves a simulated world, frozen at a moment, at its own addresses on port 53.
//
//   world_servers SEED SECONDS
//       SECONDS from the begin of the world; -1: just after its last change. One line of JSON tells when it
//       serves, what to import, and what is promised. Ends by a signal, or after two minutes. Its addresses
//       are local only in a network namespace that a test made.
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/worlds/generator.hpp"
#include "tests/worlds/network.hpp"
#include "tests/worlds/promises.hpp"

namespace easydkim::worlds {
namespace {

using namespace std::chrono_literals;

constexpr unsigned longest_service = 120;  // seconds
constexpr std::uint16_t dns_port = 53;

duration last_change(const world& w) {
  duration last = std::max({w.published_at, w.removed_at, w.truths.back().from, duration{0}});
  for (const machine& each : w.net.machines()) last = std::max(last, each.phases.back().from);
  return last;
}

/// As if it had always been as it is at `now`.
void freeze(world& w, duration now) {
  for (std::size_t i = 0; i < w.net.machines().size(); ++i) {
    machine& one = w.net.at(i);
    phase present = one.at(now);
    present.from = 0ms;
    one.phases = {present};
  }
  truth present = w.true_at(now);
  present.from = 0ms;
  w.truths = {present};
  w.resolver.freeze_outages(now);
  const bool is_there =
      w.published_at >= 0ms && w.published_at <= now && (w.removed_at < 0ms || now < w.removed_at);
  w.published_at = is_there ? 0ms : -1ms;
  w.removed_at = -1ms;
  w.checks.clear();
  w.rules.max_interval = 0ms;
  w.rules.window = w.end = 100h;
}

struct service {
  int socket;
  server_address at;
  over way;
  bool listens;
};

int bound(const server_address& at, int type) {
  const int made = socket(AF_INET, type | SOCK_CLOEXEC, 0);
  const int on = 1;
  setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_port = htons(dns_port);
  where.sin_addr.s_addr = htonl(at.address.to_v4().to_uint());
  if (made < 0 || bind(made, reinterpret_cast<const sockaddr*>(&where), sizeof where) != 0 ||
      (type == SOCK_STREAM && listen(made, 16) != 0))
    throw std::runtime_error{"cannot serve at " + at.address.to_string()};
  return made;
}

octets replied(world& w, const service& by, std::span<const std::uint8_t> question, duration now) {
  if (by.at == network::resolver_address) {
    const auto what = asked_question::read(question);
    return what ? w.resolver.asked(*what, now) : octets{};
  }
  return w.net.asked(by.at, question, by.way, now).message;
}

/// One message from a connection or a datagram; false: the connection is over.
bool serve(world& w, const service& by, duration now) {
  std::array<std::uint8_t, 65537> room{};
  if (by.way == over::udp) {
    sockaddr_in from{};
    socklen_t size = sizeof from;
    const ssize_t got = recvfrom(by.socket, room.data(), room.size(), 0, reinterpret_cast<sockaddr*>(&from), &size);
    if (got <= 0) return true;
    const octets back = replied(w, by, std::span{room}.first(static_cast<std::size_t>(got)), now);
    if (!back.empty())
      sendto(by.socket, back.data(), back.size(), 0, reinterpret_cast<const sockaddr*>(&from), size);
    return true;
  }
  if (recv(by.socket, room.data(), 2, MSG_WAITALL) != 2) return false;
  const std::size_t length = room[0] * 256U + room[1];
  if (recv(by.socket, room.data(), length, MSG_WAITALL) != static_cast<ssize_t>(length)) return false;
  octets back = replied(w, by, std::span{room}.first(length), now);
  if (back.empty()) return true;
  const std::array<std::uint8_t, 2> head{static_cast<std::uint8_t>(back.size() / 256),
                                         static_cast<std::uint8_t>(back.size() % 256)};
  back.insert(back.begin(), head.begin(), head.end());
  return send(by.socket, back.data(), back.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(back.size());
}

int run(std::uint64_t seed, long long seconds) {
  const auto made = world_of(seed);
  world& w = *made;
  const duration now = seconds < 0 ? last_change(w) + 1s : duration{std::chrono::seconds{seconds}};
  freeze(w, now);
  const promises oracle{w};
  const status_change success{
      .from = dkim_status::pending, .to = dkim_status::success, .began = now, .at = now};
  // Where a liar can hold a Success up for the hour of T5, it is due later.
  const bool must = oracle.verified_by() && *oracle.verified_by() < 1h;

  std::vector<service> all;
  const auto add = [&](const server_address& at) {
    all.push_back({bound(at, SOCK_DGRAM), at, over::udp, false});
    all.push_back({bound(at, SOCK_STREAM), at, over::tcp, true});
  };
  for (const machine& each : w.net.machines())
    if (each.at(now).by_turns.front().how != manner::no_route)
      add(server_address{boost::asio::ip::make_address(each.address)});
  add(network::resolver_address);
  std::printf(
      "{\"seed\": %llu, \"at\": %lld, \"kind\": \"%s\", \"domain\": \"%s\", \"tokens\": [\"%s\", \"%s\", \"%s\"], "
      "\"resolver\": \"%s\", \"target_suffix\": \"%s\", \"may_verify\": %s, \"must_verify\": %s}\n",
      static_cast<unsigned long long>(seed), static_cast<long long>(now / 1s), w.kind.c_str(), w.domain.c_str(),
      std::string{w.tokens[0].text()}.c_str(), std::string{w.tokens[1].text()}.c_str(),
      std::string{w.tokens[2].text()}.c_str(), network::resolver_address.address.to_string().c_str(),
      std::string{suffix}.c_str(), oracle.broken_by(success) ? "false" : "true", must ? "true" : "false");
  std::fflush(stdout);
  alarm(longest_service);
  while (true) {
    std::vector<pollfd> waiting;
    for (const service& each : all) waiting.push_back({.fd = each.socket, .events = POLLIN, .revents = 0});
    if (poll(waiting.data(), waiting.size(), -1) < 0) return 1;
    for (std::size_t i = waiting.size(); i-- > 0;) {
      if (waiting[i].revents == 0) continue;
      const service by = all[i];
      if (by.listens) {
        const int one = accept4(by.socket, nullptr, nullptr, SOCK_CLOEXEC);
        const timeval longest_pause{.tv_sec = 1, .tv_usec = 0};  // in the middle of a question
        setsockopt(one, SOL_SOCKET, SO_RCVTIMEO, &longest_pause, sizeof longest_pause);
        if (one >= 0) all.push_back({one, by.at, by.way, false});
      } else if (!serve(w, by, now)) {
        close(by.socket);
        all.erase(all.begin() + static_cast<std::ptrdiff_t>(i));
      }
    }
  }
}

}  // namespace
}  // namespace easydkim::worlds

int main(int count, char** words) {
  if (count != 3) {
    std::fputs("world_servers: usage: world_servers SEED SECONDS\n", stderr);
    return 2;
  }
  try {
    return easydkim::worlds::run(std::strtoull(words[1], nullptr, 10), std::strtoll(words[2], nullptr, 10));
  } catch (const std::exception& thrown) {
    std::fprintf(stderr, "world_servers: %s\n", thrown.what());
    return 1;
  }
}
