// SPDX-License-Identifier: Apache-2.0
// A resolver with its event loop, for tests that ask scripted servers.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/ip/udp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <optional>
#include <random>
#include <string>

#include "resolver/recursive/lookup.hpp"
#include "tests/support/scripted_dns_server.hpp"

namespace easydkim::tests {

inline constexpr std::string_view token = "abcdefghijklmnopqrstuvwxyz234567";
inline constexpr std::string_view suffix = "dkim.example.net";
inline const std::string owner = std::string{token} + "._domainkey.example.com";
inline const std::string right_target = std::string{token} + "." + std::string{suffix};

inline scripted_zone published() {
  scripted_zone zone;
  zone.add(owner, scripted_zone::kind::cname, right_target);
  return zone;
}

inline server_address address_of(const scripted_dns_server& server) {
  return {boost::asio::ip::address_v4::loopback(), server.port()};
}

/// A port where nobody listens: asked of the system, and given back.
inline server_address nobody() {
  boost::asio::io_context io;
  const boost::asio::ip::udp::socket taken{io, {boost::asio::ip::address_v4::loopback(), 0}};
  return {boost::asio::ip::address_v4::loopback(), taken.local_endpoint().port()};
}

inline void fill_random(std::span<std::uint8_t> portion) {
  static std::mt19937 generator{20261123};
  for (std::uint8_t& each : portion) each = static_cast<std::uint8_t>(generator());
}

/// A resolver and its event loop, with time-outs short enough for a test.
class asking {
 public:
  explicit asking(std::vector<server_address> servers, duration timeout = duration{50}) {
    options.servers = std::move(servers);
    options.target_suffix = suffix;
    options.timeout = timeout;
    options.tries = 1;
    tick();
  }

  resolver& dns() {
    if (!resolver_)
      resolver_.emplace(io, options, fill_random, [this] {
        ++turns;
        if (turn_done) turn_done();
      });
    return *resolver_;
  }

  /// Runs until `enough`; gives up, loudly, after a time that no test needs.
  template <class condition>
  void run_until(condition enough) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    while (!enough()) {
      io.restart();
      io.run_one();
      ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "nothing happened";
    }
  }

  finding ask(lookup request) {
    bool ended = false;
    request.context = &ended;
    request.done = [](lookup& done) {
      EXPECT_FALSE(*static_cast<bool*>(done.context)) << "done twice";
      *static_cast<bool*>(done.context) = true;
    };
    dns().start(request);
    run_until([&] { return ended; });
    EXPECT_EQ(dns().in_flight(), 0U);
    return request.seen;
  }

  finding ask(lookup::transport over = lookup::transport::udp) {
    return ask(lookup{.label = token, .domain = "example.com", .over = over});
  }

  void drop_resolver() { resolver_.reset(); }

  boost::asio::io_context io;
  resolver_options options;
  std::function<void()> turn_done;
  int turns = 0;

 private:
  void tick() {
    ticks_.expires_after(duration{10});
    ticks_.async_wait([this](boost::system::error_code stopped) {
      if (stopped) return;
      if (resolver_) resolver_->tick();
      tick();
    });
  }

  boost::asio::steady_timer ticks_{io};
  std::optional<resolver> resolver_;
};

inline finding in_place() {
  return {finding_kind::found, finding_reason::none, {}};
}
inline finding nothing_because(finding_reason reason, std::string observed = {}) {
  return {finding_kind::no_answer, reason, std::move(observed)};
}

}  // namespace easydkim::tests
