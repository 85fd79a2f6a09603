// SPDX-License-Identifier: Apache-2.0
// Asks the servers of a zone for a name: one of them, or all.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "resolver/servers/courteous_exchange.hpp"
#include "resolver/zones/zone.hpp"

namespace easydkim {

/// What the servers of a zone are asked for.
struct zone_question {
  std::string name;
  rr_type type{};
  asking_manner manner{};
};

/// On the thread of its exchange. What it is made of must outlive it.
class authority {
 public:
  /// Times that a server is asked before it counts as silent: over another address, or else again.
  static constexpr int tries = 2;

  /// Servers of a zone that are asked, and addresses of each; further ones count as silent.
  static constexpr std::size_t most_servers = 13;
  static constexpr std::size_t most_addresses = 4;

  /// `random`: fills a span from a cryptographic generator; it decides who is asked first.
  authority(courteous_exchange& strangers, std::function<void(std::span<std::uint8_t>)> random)
      : strangers_{strangers}, random_{std::move(random)} {}

  enum class addresses : std::uint8_t {
    first_that_answers,
    all,  // the others' answers stand in `server_answer::elsewhere`
  };

  /// Every server of `of`, all at the same time; in the order of the zone. One that may not be asked now, or has no
  /// address, is there without a question in its reply (`was_asked`).
  boost::asio::awaitable<std::vector<server_answer>> ask_all(const zone& of, zone_question what,
                                                             addresses which = addresses::first_that_answers);

  /// One of the servers, drawn at random; the next one while one is silent, lame, busy or resting. Then it is the
  /// last of them. Where all rest, one of them is asked nevertheless. Nothing when none may be asked.
  boost::asio::awaitable<std::optional<server_answer>> ask_one(const zone& of, zone_question what);

  /// One server of `of`.
  boost::asio::awaitable<server_answer> ask(const zone& of, const zone_server& server, zone_question what,
                                            addresses which = addresses::first_that_answers);

  /// When a server of `of` may be asked, from `now` on by the wall clock; nothing when none has an address.
  /// Each call reserves its own time.
  std::optional<time_point> ready_at(const zone& of, time_point now) const;

 private:
  boost::asio::awaitable<server_answer> ask_address(const zone& of, const zone_server& server,
                                                    server_address address, zone_question what);
  std::optional<steady_time> free_at(const zone& of, const zone_server& server) const;
  std::size_t draw(std::size_t below);

  courteous_exchange& strangers_;
  std::function<void(std::span<std::uint8_t>)> random_;
};

}  // namespace easydkim
