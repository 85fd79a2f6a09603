// From servers of a zone that is known, down to the zone that holds a name: asks for the SOA of the name, and
// follows what is delegated.
//
// Strangers answer here. So a referral counts only when it leads downwards and towards the name, addresses in
// it only for names of the zone that refers, and everything has a bound.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <string>
#include <vector>

#include "resolver/address_book.hpp"
#include "resolver/courteous_exchange.hpp"
#include "resolver/zone.hpp"

namespace easydkim {

/// A zone and its servers, as somebody gave them.
struct delegation {
  std::string apex;
  std::vector<std::string> servers;   // sorted, at most `most_servers`
  std::vector<resource_record> glue;  // addresses of servers; of names in the zone that refers
  bool by_parent = false;             // a referral, and not the resolver
  std::uint32_t ttl = 0;

  static constexpr std::size_t most_servers = 13;  // as many as the root has
  static constexpr std::size_t most_glue = 2 * most_servers;

  /// The servers that `records` give `apex`, and their glue; names at or below `holder` are left out, since
  /// nobody may be asked for them.
  static delegation read(std::string apex, const std::vector<resource_record>& records,
                         std::string_view holder);
};

/// A name whose zone is looked for.
struct wanted_name {
  std::string holder;       // "_domainkey.example.com"
  std::string registrable;  // "example.com": what a parent may say does not exist
};

/// What was found, and for how long it holds.
struct descent {
  zone_search search;
  duration ttl{0};
};

/// On the thread of its exchange. What it is made of must outlive it.
class zone_descent {
 public:
  static constexpr int deepest = 8;                  // referrals that are followed
  static constexpr std::size_t most_questions = 60;  // of one descent, to strangers and for their addresses

  zone_descent(courteous_exchange& strangers, address_book& book, kept_for keep)
      : strangers_{strangers}, book_{book}, keep_{keep} {}

  /// Never `no_resolver`.
  boost::asio::awaitable<descent> from(delegation start, wanted_name name);

 private:
  struct walk;
  struct reached;  // what a server of a zone said
  boost::asio::awaitable<reached> ask_servers(walk& on);
  boost::asio::awaitable<reached> ask_server(walk& on, server_address server);
  boost::asio::awaitable<std::optional<server_reply>> ask(walk& on, server_question what);
  boost::asio::awaitable<addresses> addresses_of(walk& on, std::string server_name);
  boost::asio::awaitable<addresses> ask_for_addresses(walk& on, std::string server_name, server_address of);
  boost::asio::awaitable<descent> whole(walk& on, reached at);
  boost::asio::awaitable<void> add_server(walk& on, const reached& at, descent& found,
                                          std::string server_name);

  courteous_exchange& strangers_;
  address_book& book_;
  kept_for keep_;
};

}  // namespace easydkim
