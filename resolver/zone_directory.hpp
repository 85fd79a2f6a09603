// Which zone holds a domain's records, and who serves it: found once, and kept for as long as its TTLs say.
//
// Problem: a resolver that is asked for our records too early keeps the denial, and hides them for hours.
// Choice: it is only asked for NS of the registrable domain and of what is above it, and for addresses of
// name servers; everything below is asked of the zones' own servers. Where the resolver knows nothing of the
// domain, the parent's servers are asked, whose referral shows a new registration at once, whatever caches
// say.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <string>
#include <string_view>

#include "resolver/bounded_cache.hpp"
#include "resolver/recursor.hpp"
#include "resolver/shared_work.hpp"
#include "resolver/zone_descent.hpp"

namespace easydkim {

/// On the thread of its recursor. What it is made of must outlive it.
class zone_directory {
 public:
  /// A domain is not looked for again sooner, however often it is forgotten.
  static constexpr duration rediscovery = std::chrono::minutes{5};

  struct options {
    kept_for keep{};  // `least`: also what was not found
    std::size_t max_zones = 100'000;
    steady_clock_reader now = steady_now;
  };
  struct hooks {
    /// The registrable domain of a name (public suffix list); the name itself, or nothing, where there is
    /// none.
    std::function<std::string(std::string_view)> registrable;
  };
  struct parts {
    recursor& dns;
    courteous_exchange& strangers;
    address_book& book;
  };
  zone_directory(parts of, options chosen, hooks to_daemon);

  /// The zone that holds LABEL.DOMAIN. `domain`: lower case. Those who ask at the same time share one search.
  boost::asio::awaitable<zone_search> find(std::string domain, std::string label = "_domainkey");

  /// The same zone as the zones above it know it, whatever the resolver holds: `delegated_to` is what the
  /// parent says, where there is one. Asked anew each time.
  boost::asio::awaitable<zone_search> find_from_above(std::string domain);

  /// What is known of a zone that holds `name` is not true any more: it is looked for again, though not
  /// sooner than `rediscovery` after it was found.
  void forget(std::string_view name);

  std::size_t size() const noexcept { return known_.size(); }

 private:
  struct entry {
    zone_search found;
    steady_time found_at{};
    steady_time until{};
  };
  wanted_name wanted(const std::string& label, std::string domain) const;
  /// `above`: whose name servers the resolver is asked for first.
  boost::asio::awaitable<descent> search(wanted_name name, std::string above);

  recursor& dns_;
  options options_;
  hooks hooks_;
  zone_descent downwards_;
  bounded_cache<entry> known_;  // by LABEL.DOMAIN
  shared_work<zone_search> searching_;
};

}  // namespace easydkim
