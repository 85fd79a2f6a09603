// Asks the servers of a zone for a name of it: one of them, or all.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "resolver/courteous_exchange.hpp"
#include "resolver/zone.hpp"
#include "resolver/zone_directory.hpp"

namespace easydkim {

/// On the thread of its exchange. What it is made of must outlive it.
class authority {
 public:
  /// Times that a server is asked before it counts as silent: over another address, or else again.
  static constexpr int tries = 2;

  authority(courteous_exchange& strangers, zone_directory& directory)
      : strangers_{strangers}, directory_{directory} {}

  /// Every server of `of` that has an address, once, all at the same time; in the order of the zone. A server
  /// that may not be asked now is there without a question in its reply (`was_asked`).
  boost::asio::awaitable<std::vector<server_answer>> ask_all(
      const zone& of, std::string name, rr_type type,
      duration longest_wait = courteous_exchange::wait_of_a_poll);

  /// One of the servers, `turn` after `turn` another; the next one while one is silent, lame, busy or
  /// resting. Then it is the last of them. Nothing when none may be asked.
  boost::asio::awaitable<std::optional<server_answer>> ask_one(const zone& of, std::string name, rr_type type,
                                                               std::size_t turn);

  /// When a server of `of` may be asked, from `now` on by the wall clock; nothing when none has an address.
  /// Everybody who is told gets a time of his own.
  std::optional<time_point> ready_at(const zone& of, time_point now) const;

 private:
  boost::asio::awaitable<server_answer> ask_server(const zone& of, const zone_server& server,
                                                   std::string name, rr_type type, duration longest_wait);
  std::optional<steady_time> free_at(const zone& of, const zone_server& server) const;

  courteous_exchange& strangers_;
  zone_directory& directory_;
};

}  // namespace easydkim
