// SPDX-License-Identifier: Apache-2.0
// The addresses of name servers: asked of the resolver, kept for as long as they say, sifted.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "resolver/recursive/recursor.hpp"
#include "resolver/transport/bounded_cache.hpp"
#include "resolver/transport/server_address.hpp"
#include "resolver/transport/shared_work.hpp"
#include "resolver/transport/steady_time.hpp"

namespace easydkim {

/// For how long what strangers say is kept, whatever TTL they give.
struct kept_for {
  duration least = std::chrono::minutes{1};
  duration longest = std::chrono::hours{1};

  duration of(std::uint32_t ttl) const noexcept;  // seconds
};

/// The addresses of one name.
struct addresses {
  std::vector<server_address> usable;  // IPv4 first: it can be reached from more places
  bool some_private = false;           // left out
  duration ttl{0};
};

/// On the thread of its recursor, which must outlive it.
class address_book {
 public:
  /// Addresses of a name that are looked at.
  static constexpr std::size_t most_addresses = 8;

  struct options {
    bool allow_private = false;  // also addresses that strangers cannot reach (is_public_address)
    kept_for keep{};
    std::size_t max_names = 100'000;
    steady_clock_reader now = steady_now;
  };
  address_book(recursor& dns, options chosen);

  enum class families : std::uint8_t {
    both,
    ipv4,  // for names in the zone that we wait for: a name that has no AAAA should leave no trace in a cache
  };

  /// Asks the resolver for A and AAAA of `name`. What is not answered is not kept.
  boost::asio::awaitable<addresses> find(std::string name, families which);

  /// Those of `records` that are addresses of `name`.
  addresses sifted(std::string_view name, std::span<const resource_record> records) const;

  std::size_t size() const noexcept { return known_.size(); }

 private:
  struct entry {
    addresses found;
    steady_time until{};
  };
  boost::asio::awaitable<addresses> ask(std::string name, families which);

  recursor& dns_;
  options options_;
  bounded_cache<entry> known_;
  shared_work<addresses> asking_;
};

}  // namespace easydkim
