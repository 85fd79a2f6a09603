// SPDX-License-Identifier: Apache-2.0
// Asks for a name at the servers of the zone that holds it: finds that zone from its parents down, and asks
// there.
//
// Problem: every answer on the way says whom to ask next, and any one server may lie, be old, or be silent.
// Choice: a look follows one server's word, and finds candidates cheaply; what decides asks all: the
// delegation, each cut, the set of servers and their addresses count only when enough servers agree (rules T1
// to T4, as pure functions beside this), and the question itself is asked after that, at the servers that
// they name. Cost: a look is one question, and one an hour for the delegation; a decision is 2 + 2N more.
//
// Other people's servers answer here. So a referral counts only when it leads downwards and towards the name,
// addresses in it only for names of the zone that refers, and everything has a bound.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "resolver/transport/bounded_cache.hpp"
#include "resolver/transport/shared_work.hpp"
#include "resolver/zones/authority.hpp"
#include "resolver/zones/delegation_finder.hpp"
#include "resolver/zones/server_addresses.hpp"
#include "resolver/zones/zone_cut.hpp"

namespace easydkim {

/// Which name, of which type, and what the answer is good for.
struct zone_query {
  std::string domain;                // lower case
  std::string label = "_domainkey";  // the zone is the one that holds LABEL.DOMAIN
  std::string name;                  // what is asked for, at or below LABEL.DOMAIN
  rr_type type{};
  effort how = effort::look;
  asking_manner manner{};
};

struct zone_reply {
  zone_search search;  // `found`: `where` is the zone whose servers were asked
  std::vector<server_answer>
      answers;          // `effort::look`: of one server; `decide`: of all, in the order of the zone
  zone_size servers{};  // of `decide`
  backing zone_by{};    // of `decide`: who agrees on where the zone begins
};

/// On the thread of its exchange. What it is made of must outlive it.
class zone_finder {
 public:
  static constexpr int deepest = 8;                   // cuts that are followed
  static constexpr int most_nested = 3;               // zones of server names, of their servers' names, ...
  static constexpr std::size_t most_questions = 250;  // of one query
  static constexpr std::size_t most_names = 8;  // server names whose addresses one zone's decision proves

  struct parts {
    delegation_finder& delegations;
    courteous_exchange& strangers;
    authority& servers;
    address_book& book;
  };
  struct options {
    kept_for keep{};
    std::size_t max_zones = 100'000;
    steady_clock_reader now = steady_now;
    /// The registrable domain of a name (public suffix list); the name itself, or nothing, where there is
    /// none.
    std::function<std::string(std::string_view)> registrable;
  };
  zone_finder(parts of, options chosen);

  /// Asks.
  boost::asio::awaitable<zone_reply> ask(zone_query query);

  /// The zone that holds LABEL.DOMAIN, by the whole proof.
  boost::asio::awaitable<zone_search> find(std::string domain, std::string label = "_domainkey",
                                           asking_manner manner = {});

  /// Zones and addresses that are remembered.
  std::size_t size() const noexcept { return cuts_.size() + sets_.size() + proven_.size() + claims_.size(); }

 private:
  struct walk;
  struct kept_cut {
    zone where;
    steady_time found_at{};
    steady_time until{};
  };
  struct kept_set {
    std::vector<std::string> more;  // servers that the zone names beside the delegation
    std::vector<std::string>
        delegated;  // that delegation; a zone that moved from all of these has no part in `more`
    std::optional<resource_record> start;
    steady_time answered_at{};
  };
  struct proven_addresses {
    addresses of;
    bool for_loss = false;  // also good for what takes something away
  };
  struct kept_addresses {
    proven_addresses what;
    steady_time found_at{};
    steady_time until{};
  };
  struct kept_claim {
    cut_claim claim;
    steady_time at{};
  };
  template <class value>
  using asked = boost::asio::awaitable<value>;

  asked<zone_reply> look(walk& on, bool may_find_anew);
  asked<zone_reply> decide(walk& on);
  asked<std::optional<zone_search>> begin(walk& on);
  void descend(walk& on, const agreed_cut& cut);
  asked<void> add_known_addresses(walk& on);
  asked<void> prove_addresses(walk& on);
  asked<void> prove_elsewhere(walk& on, zone_server& server);
  asked<void> prove_inside(walk& on, zone_server& server);
  asked<bool> prove(walk& outer, std::string server);
  asked<known_addresses> addresses_by_zone(walk& on, const zone& where, std::string name);
  asked<agreed_addresses> addresses_by_zone(walk& on, const zone& where, std::string name, rr_type type);
  asked<void> add_servers_of_zone(walk& on);
  asked<std::vector<old_glue>> replace_old_glue(walk& on, zone_reply& reply);
  asked<std::vector<std::optional<cut_claim>>> claims(walk& on, const std::vector<server_answer>& answers);
  asked<std::optional<cut_claim>> claim(walk& on, const server_answer& answer);
  asked<std::optional<server_answer>> ask_again(walk& on, const server_answer& whom, zone_question what);
  proven_addresses by_glue(const walk& on, const std::string& server) const;
  void keep_proven(const walk& on, const std::string& server, proven_addresses what);
  void remember_start(std::string_view zone, const dns_reply& content);
  void keep_cut(const walk& on);
  zone_search found(const walk& on);
  zone_search failure(const walk& on, std::vector<server_answer> answers) const;

  parts parts_;
  options options_;
  bounded_cache<kept_cut> cuts_;          // by LABEL.DOMAIN: zones below the registrable domain, for looking
  bounded_cache<kept_set> sets_;          // by apex
  bounded_cache<kept_addresses> proven_;  // by name of a server
  bounded_cache<kept_claim> claims_;      // by LABEL.DOMAIN and address of a server that answered for its SOA
  shared_work<bool> proving_;             // addresses, by name; none that another proof waits for
};

}  // namespace easydkim
